"""placeholder"""
from pathlib import Path
def ensure(name, folder):
    return Path(folder) / f"{name}.safetensors"
