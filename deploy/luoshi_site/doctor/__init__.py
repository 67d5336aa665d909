"""What ``luoshi doctor`` looks at: the machine and its servers, then each county."""
