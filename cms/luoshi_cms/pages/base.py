"""What all types of pages share."""

from http import HTTPMethod

READ_ONLY = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]
"""Wagtail serves a page to every method unless told otherwise; ours take nothing in."""
RICH = ["h2", "h3", "bold", "link", "ol", "ul", "hr"]
"""What an editor may put into a text: nothing that is fetched from another host."""
