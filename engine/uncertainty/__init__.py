"""How sure a result is: draws, simulation, sensitivity, goal seek, value of information."""
