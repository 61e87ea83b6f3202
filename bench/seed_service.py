# SPDX-License-Identifier: MIT
"""What one would otherwise write: FastAPI, a look at the AST, and an interpreter started per request.

The yardstick for "what the user has today", nothing more; it confines next to nothing. Run by bench/run as
`python3 -m uvicorn --app-dir bench seed_service:app`; Debian's packages are python3-fastapi and python3-uvicorn.
"""
import ast
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from typing import Optional

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()
UNSAFE = {("os", "system"), ("os", "popen"), ("subprocess", "run"), ("subprocess", "call"), ("subprocess", "Popen")}


class Request(BaseModel):
    code: str
    language: str
    execution_id: Optional[str] = None
    timeout: int = 300
    max_memory_mb: int = 4096


def is_safe(code):
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return True  # the interpreter will say so
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and (owner.id, node.func.attr) in UNSAFE:
                return False
    return True


def run(request):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (request.max_memory_mb << 20,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (request.timeout,) * 2)

    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(request.code)
        file.flush()
        process = subprocess.Popen(
            [sys.executable, file.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limit, text=True
        )
        try:
            output = process.communicate(timeout=request.timeout)
            return "completed", *output, process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            return "timeout", *process.communicate(), process.returncode


@app.get("/health")
def health():
    return {"status": "healthy"}


@app.post("/execute")
def execute(request: Request):
    if request.language != "python":
        raise HTTPException(400, "Only Python is supported")
    if not is_safe(request.code):
        raise HTTPException(400, "Unsafe code detected")
    begin = time.time()
    status, stdout, stderr, exit_code = run(request)
    return {
        "execution_id": request.execution_id or str(uuid.uuid4()),
        "status": status,
        "stdout": stdout,
        "stderr": stderr,
        "execution_time": time.time() - begin,
        "exit_code": exit_code,
    }
