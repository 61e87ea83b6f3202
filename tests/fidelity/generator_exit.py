raise GeneratorExit('g')
