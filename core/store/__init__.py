"""What Thermocline remembers: the workspace folder, content-addressed artifacts and the ledger."""
