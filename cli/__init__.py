VERSION="0.1.0"
def main(): pass
