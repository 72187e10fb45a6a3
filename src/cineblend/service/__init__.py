"""Service: the work behind the command line, the REST service and the page, without HTTP."""
