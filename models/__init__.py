"""Tables and the verbs on them, one noun a file. Verbs take a session and never commit."""
