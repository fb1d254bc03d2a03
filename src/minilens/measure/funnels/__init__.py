"""How far people get through a row of steps: who enters, who goes on, who may still."""
