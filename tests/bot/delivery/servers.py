"""A web server and a mail server on 127.0.0.1 that answer, refuse, hang and drop as they are told."""

import socket
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread


@contextmanager
def serving(server):
    """Run a server on a thread of its own."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


class WebServer(ThreadingHTTPServer):
    """Keeps what is posted; `answers` are taken in turn: (status, headers), "drop" or "hang"; then 204."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Hook)
        self.posted, self.others, self.answers, self.released = [], [], [], Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"

    def handle_error(self, request, client_address):
        """Say nothing: the other side hangs up in some of the tests."""


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.posted.append((self.path, headers, body))
        answer = self.server.answers.pop(0) if self.server.answers else (204, {})
        if answer == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif answer == "hang":
            self.server.released.wait(20)
        else:
            self.send_response(answer[0])
            for name, value in answer[1].items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def do_GET(self):
        self.server.others.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        pass


class PostOffice(ThreadingTCPServer):
    """Speaks SMTP and keeps what it takes; `answers` by step (CONNECT, MAIL, …, BODY): a line, "drop" or "hang"."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Clerk)
        self.said, self.taken, self.answers, self.released = [], [], {}, Event()
        self.extensions = ["8BITMIME"]

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def commands(self):
        return [line.split()[0].upper() for line in self.said if line]

    def handle_error(self, request, client_address):
        """Say nothing: the other side hangs up in some of the tests."""


class _Clerk(StreamRequestHandler):
    def handle(self):
        if not self.answer("CONNECT", "220 post office"):
            return
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line)
            command = line.split()[0].upper()
            if command == "EHLO":
                lines = ["post office", *self.server.extensions]
                said = [f"250{' ' if each is lines[-1] else '-'}{each}" for each in lines]
                if not self.answer("EHLO", "\r\n".join(said)):
                    return
            elif command == "DATA":
                if not self.letter():
                    return
            elif not self.answer(command, "221 bye" if command == "QUIT" else "250 fine") or command == "QUIT":
                return

    def letter(self):
        if not self.answer("DATA", "354 go on"):
            return False
        if "DATA" in self.server.answers:
            return True
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.taken.append(b"".join(lines))
        return self.answer("BODY", "250 taken")

    def answer(self, command, usual):
        """Answer as told; return whether to go on."""
        told = self.server.answers.get(command, usual)
        if told == "hang":
            self.server.released.wait(20)
        if told in {"drop", "hang"}:
            return False
        self.wfile.write(f"{told}\r\n".encode())
        return True
