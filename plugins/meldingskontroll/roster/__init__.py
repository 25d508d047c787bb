"""Who must be heard: municipalities, districts, services and case systems, all of them dated."""
