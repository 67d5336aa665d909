"""``python -m luoshi_site.cli`` is the ``luoshi`` command."""

from luoshi_site.cli import main

if __name__ == "__main__":
    main()
