"""The five-step on-site checklist: templates, runs, sign-off."""
