"""What the runner can do. Each file is one recipe and runs alone: `python -m runner.recipes.X RUN_DIR`."""
