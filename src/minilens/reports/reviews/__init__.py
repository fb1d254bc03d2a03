"""What a review of a week or month looks at: what changed, which step moved, figures kept as they were seen."""
