# One line a target: longwire_fuzz(<name> <libraries>)
