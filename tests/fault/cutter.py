"""cutter.py - a proxy between a program and MariaDB that loses the answer to a COMMIT and lets nobody in afterwards, until it is told to.

The one way to make the outcome of a transaction unknown on purpose: the server has committed (or not), the program cannot ask."""
import os, select, socket, threading


class Cutter:
    def __init__(self, path, server):
        self.path, self.server = path, server
        self.lose = None   # 'after': COMMIT reaches the server, its answer is lost; 'before': it does not even reach it
        self.closed = False
        self.commits = 0   # of transactions that write
        self.at = 1        # the one that is lost
        if os.path.exists(path):
            os.unlink(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def arm(self, lose, at=1):
        self.lose, self.at, self.commits, self.closed = lose, at, 0, False

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            if self.closed:
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.server)
            threading.Thread(target=self.carry, args=(near, far), daemon=True).start()

    def carry(self, near, far):
        writes = lost = False
        try:
            while True:
                for s in select.select([near, far], [], [])[0]:
                    piece = s.recv(1 << 16)
                    if not piece:
                        return
                    if s is far:
                        if lost:
                            return
                        near.sendall(piece)
                        continue
                    writes = writes or b'START TRANSACTION READ WRITE' in piece
                    if piece[4:] == b'\x03COMMIT' and writes:
                        writes = False
                        self.commits += 1
                        if self.lose and self.commits == self.at:
                            self.closed = lost = True
                            if self.lose == 'before':
                                return
                    far.sendall(piece)
        except OSError:
            return
        finally:
            near.close()
            far.close()
