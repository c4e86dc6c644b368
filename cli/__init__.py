"""The console command: run, import, check, simulate."""
