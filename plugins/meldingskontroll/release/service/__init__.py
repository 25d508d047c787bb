"""The release service: what KS asks before anything is deleted (contract §4). It reads results and writes none."""
