"""Webhooks a second: ours, verified and committed, beside the SDK's echo that stores nothing."""
