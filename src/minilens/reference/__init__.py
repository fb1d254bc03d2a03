"""Facts about the world, as versioned data: scenes, places, devices, robots, events."""
