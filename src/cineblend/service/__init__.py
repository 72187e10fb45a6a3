"""Service: what the command line, the REST service and the page do, without HTTP."""
