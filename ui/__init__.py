"""The desktop: what a person sees and presses. Views hold no rules; those live in ``station``."""
