"""How lists behave towards people: pure measures, without a model or a file."""
