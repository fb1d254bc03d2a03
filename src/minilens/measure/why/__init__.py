"""Why a person is, or is not, counted by a funnel: what they did, and the rule that decided."""
