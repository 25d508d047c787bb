"""Drop folder → recognise → parse → refuse or accept → receipt."""
