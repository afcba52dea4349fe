"""Archive packages (归档包): one per closed case, verified offline with nothing but the trust root.

``package.write_package`` makes one, ``verify.verify_package`` judges one; ``form`` says what lies
in it. Import the modules by name: judging loads pyHanko.
"""
