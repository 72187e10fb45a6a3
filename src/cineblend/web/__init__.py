"""Web: the REST service and its page, over the service package."""
