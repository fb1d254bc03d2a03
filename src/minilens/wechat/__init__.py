"""WeChat's own API, asked with an app's credentials. What it answers with beyond the asked stays in here."""
