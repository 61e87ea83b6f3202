exec(compile("def f():\n    return undefined_name\nf()", "generated", "exec"))
