"""ModelFactory's training runner: base models, recipes, and the HTTP service that runs them."""

from runner import stop

__version__ = "0.1.0"

# Here, because this file is the first of ours a recipe process executes: torch's import takes seconds,
# and a SIGTERM in that time must be remembered, not fatal.
stop.install_in_recipe_process()
