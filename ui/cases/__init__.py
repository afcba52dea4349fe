"""A case as every role sees it: its list, its story, and the words for both."""
