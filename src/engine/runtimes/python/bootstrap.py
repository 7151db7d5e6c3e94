"""Runs a Python function: finds its handler and speaks the Lambda Runtime API, nothing else."""

import importlib
import json
import logging
import os
import sys
import time
import traceback

TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
HOST = os.environ["AWS_LAMBDA_RUNTIME_API"]
PREFIX = "/2018-06-01/runtime"
LOG_DESCRIPTOR = int(os.environ.pop("_LAMBDA_TELEMETRY_LOG_FD"))

# Since python3.12 responses hold what is beyond ASCII as it is.
ENSURE_ASCII = os.environ.get("AWS_EXECUTION_ENV", "") in {f"AWS_Lambda_python3.{minor}" for minor in range(12)}


class RuntimeFault(Exception):
    def __init__(self, error_type, message):
        super().__init__(message)
        self.error_type = error_type


class HttpCalls:
    """The Runtime API by HTTP, for which Python loads what takes half as long as its own start."""

    def __init__(self):
        import http.client

        self.failures = (OSError, http.client.HTTPException)
        self.connection = http.client.HTTPConnection(HOST)

    @property
    def http(self):
        return self

    def call(self, method, path, body=None, headers=None):
        self.connection.request(method, PREFIX + path, body=body, headers=headers or {})
        response = self.connection.getresponse()
        return response, response.read()

    def post_error(self, path, fault):
        headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": fault["errorType"]}
        self.call("POST", path, json.dumps(fault), headers)

    def fail_init(self, fault):
        self.post_error("/init/error", fault)

    def next(self):
        try:
            response, payload = self.call("GET", "/invocation/next")
        except self.failures:
            sys.exit(0)  # the engine is gone
        header = response.headers.get
        return {
            "requestId": header("Lambda-Runtime-Aws-Request-Id"),
            "deadlineMs": int(header("Lambda-Runtime-Deadline-Ms")),
            "functionArn": header("Lambda-Runtime-Invoked-Function-Arn"),
            "traceId": header("Lambda-Runtime-Trace-Id", ""),
            "clientContext": header("Lambda-Runtime-Client-Context"),
            "body": payload,
        }

    def respond_alone(self, request_id, body):
        self.call("POST", f"/invocation/{request_id}/response", body, {"Content-Type": "application/json"})

    def respond(self, request_id, body):
        self.respond_alone(request_id, body)
        return self.next()

    def fail(self, request_id, fault):
        self.post_error(f"/invocation/{request_id}/error", fault)
        return self.next()


class ChannelCalls:
    """The same over the socket that the engine has given this process: a message is one write, where HTTP is two calls."""

    DESCRIPTOR = 4
    # What is larger goes by HTTP, whose socket takes more at a time.
    MOST_BYTES = 65_536

    def __init__(self):
        os.set_inheritable(self.DESCRIPTOR, False)
        os.set_blocking(self.DESCRIPTOR, True)
        self._http = None

    @property
    def http(self):
        self._http = self._http or HttpCalls()
        return self._http

    def fail_init(self, fault):
        self._say({"kind": "init-error", "errorType": fault["errorType"]}, json.dumps(fault).encode())

    def next(self):
        return self._event({"kind": "next"})

    def respond(self, request_id, body):
        if len(body) <= self.MOST_BYTES:
            return self._event({"kind": "response", "requestId": request_id}, body)
        self.http.respond_alone(request_id, body)
        return self.next()

    def fail(self, request_id, fault):
        head = {"kind": "error", "requestId": request_id, "errorType": fault["errorType"]}
        return self._event(head, json.dumps(fault).encode())

    def _event(self, head, body=b""):
        event = self._say(head, body)
        return self.http.next() if event.get("isLarge") else event

    def _say(self, head, body=b""):
        """What the engine says to it."""
        text = json.dumps(head, separators=(",", ":")).encode()
        message = memoryview(b"".join((len(text).to_bytes(4, "big"), len(body).to_bytes(4, "big"), text, body)))
        try:
            while message:
                message = message[os.write(self.DESCRIPTOR, message) :]
            return self._hear()
        except OSError:
            sys.exit(0)  # the engine is gone

    def _hear(self):
        received = b""
        while True:
            piece = os.read(self.DESCRIPTOR, 32_768)
            if not piece:
                sys.exit(0)  # likewise
            received += piece
            if len(received) < 8:
                continue
            body_at = 8 + int.from_bytes(received[:4], "big")
            if len(received) >= body_at + int.from_bytes(received[4:8], "big"):
                return {**json.loads(received[8:body_at]), "body": received[body_at:]}


def open_calls():
    """A wrapper script may have put something of its own between: then the engine is spoken to through that."""
    channel = os.environ.pop("_LAMBDA_RUNTIME_CHANNEL", None)
    return ChannelCalls() if channel == HOST else HttpCalls()


IS_JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def write_frame(message, frame_type=0xA55A0002 if IS_JSON else 0xA55A0003):
    """A frame a message, so that one of several lines stays one log event."""
    body = message.encode("utf-8", "replace")
    frame = frame_type.to_bytes(4, "big") + len(body).to_bytes(4, "big") + int(time.time() * 1_000_000).to_bytes(8, "big") + body
    view = memoryview(frame)
    while view:
        view = view[os.write(LOG_DESCRIPTOR, view) :]


class FrameHandler(logging.Handler):
    def emit(self, record):
        write_frame(self.format(record))


class RequestIdFilter(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = RequestIdFilter.request_id
        return True


class JsonFormatter(logging.Formatter):
    STANDARD = set(vars(logging.makeLogRecord({}))) | {"aws_request_id", "message", "asctime"}

    def format(self, record):
        line = {
            "timestamp": utc(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": record.aws_request_id or None,
        }
        if record.exc_info and record.exc_info[0]:
            error_type, error, trace = record.exc_info
            line["stackTrace"] = traceback.format_tb(trace)
            line["errorType"] = error_type.__name__
            line["errorMessage"] = str(error)
            line["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        # What the caller added by `extra`.
        line.update((name, value) for name, value in vars(record).items() if name not in self.STANDARD and name not in line)
        return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False, default=str) + "\n"


def utc(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"


def set_up_logging():
    level = logging.getLevelName(os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG"))
    if isinstance(level, int):
        logging.getLogger().setLevel(level)
    formatter = JsonFormatter() if IS_JSON else text_formatter()
    handler = FrameHandler()
    handler.setFormatter(formatter)
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)


def text_formatter():
    formatter = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    return formatter


class Context:
    def __init__(self, event):
        self.aws_request_id = event["requestId"]
        self.invoked_function_arn = event["functionArn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = None
        client_context = event.get("clientContext")
        self.client_context = json.loads(client_context) if client_context else None
        self._deadline_ms = event["deadlineMs"]

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


SDK_ADVICE = (  # AWS's own runtimes bring the SDK
    "LAMBDA_WARNING: The local Lambda has no AWS SDK, which AWS's runtimes bring. Name boto3 in the function's requirements.txt."
)


def load_handler():
    name = os.environ["_HANDLER"]
    module_name, dot, function_name = name.rpartition(".")
    if not dot or not module_name:
        raise RuntimeFault("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        if error.name in ("boto3", "botocore"):
            print(SDK_ADVICE, file=sys.stderr, flush=True)
        raise RuntimeFault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise RuntimeFault(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}"
        ) from error
    handler = getattr(module, function_name, None)
    if handler is None:
        raise RuntimeFault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return handler


def describe(error, request_id=""):
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if os.path.abspath(frame.filename) != os.path.abspath(__file__)]
    fault = isinstance(error, RuntimeFault)
    return {
        "errorMessage": str(error),
        "errorType": error.error_type if fault else type(error).__name__,
        "requestId": request_id,
        "stackTrace": [] if fault else traceback.format_list([frame for frame in own if "importlib" not in frame.filename]),
    }


def log_error(fault):
    if IS_JSON:
        write_frame(json.dumps({"timestamp": utc(time.time()), "level": "ERROR", **fault}, ensure_ascii=False))
        return
    lines = f"[ERROR] {fault['errorType']}: {fault['errorMessage']}"
    if fault["stackTrace"]:
        lines += "\nTraceback (most recent call last):\n" + "".join(fault["stackTrace"])
    write_frame(lines.rstrip("\n"))


def default(value):
    import decimal

    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def serve(calls, handler):
    event = calls.next()
    while True:
        context = Context(event)
        request_id = context.aws_request_id
        RequestIdFilter.request_id = request_id
        os.environ["_X_AMZN_TRACE_ID"] = event.get("traceId") or ""
        try:
            result = handler(json.loads(event["body"]), context)
            try:
                body = json.dumps(result, default=default, ensure_ascii=ENSURE_ASCII).encode()
            except (TypeError, ValueError) as error:
                raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
        except Exception as error:
            fault = describe(error, request_id)
            sys.stdout.flush()
            log_error(fault)
            event = calls.fail(request_id, fault)
            continue
        sys.stdout.flush()
        event = calls.respond(request_id, body)


def main():
    sys.stdout.reconfigure(line_buffering=True)
    # What the interpreter put first is the folder of this file; the function's own code comes first instead.
    # Last comes what Lambda's own runtime brings, such as snapshot_restore_py.
    own = sys.path[0]
    sys.path[0] = TASK_ROOT
    sys.path.append(own)
    set_up_logging()
    calls = open_calls()
    try:
        handler = load_handler()
        if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
            run_hooks("get_before_snapshot")
    except Exception as error:
        end(error, calls.fail_init)
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        calls.http.call("GET", "/restore/next")
        try:
            run_hooks("get_after_restore")
        except Exception as error:
            end(error, lambda fault: calls.http.post_error("/restore/error", fault))
    serve(calls, handler)


def run_hooks(which):
    hooks = sys.modules.get("snapshot_restore_py")
    for func, args, kwargs in getattr(hooks, which)() if hooks else []:
        func(*args, **kwargs)


def end(error, report):
    fault = describe(error)
    log_error(fault)
    report(fault)
    sys.exit(1)


main()
