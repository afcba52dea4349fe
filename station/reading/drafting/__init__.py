"""From a blank paper form that nobody prepared to a first definition of its e-form."""
