# One line a target: longwire_fuzz(<name> <libraries>)
longwire_fuzz(config longwire_node_config)
longwire_fuzz(p_mul_pdu longwire_acp142)
longwire_fuzz(scenario longwire_sim)
