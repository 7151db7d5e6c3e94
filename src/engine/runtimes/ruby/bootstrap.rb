# frozen_string_literal: true

# Runs a Ruby function: finds its handler and speaks the Lambda Runtime API, nothing else.
require "json"
require "stringio"
# Lambda's own runtime has it loaded, which takes half as long as the interpreter takes to start.
autoload :Net, "net/http"

module LocalLambda
  HANDLER = ENV.fetch("_HANDLER")
  TASK_ROOT = ENV.fetch("LAMBDA_TASK_ROOT")
  PREFIX = "/2018-06-01/runtime"

  class << self
    attr_accessor :request_id
  end

  # A frame a message, so that one of several lines stays one log event.
  module Log
    DESCRIPTOR = IO.for_fd(Integer(ENV.delete("_LAMBDA_TELEMETRY_LOG_FD")), "wb")
    DESCRIPTOR.sync = true
    DESCRIPTOR.close_on_exec = true
    LOCK = Mutex.new

    def self.write(message)
      body = message.b
      time = Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond)
      LOCK.synchronize { DESCRIPTOR.write([0xa55a0003, body.bytesize, time].pack("L>L>Q>") + body) }
    end

    # A Logger closes what it writes to; this stays open.
    def self.close; end
  end

  # What `puts` is given is one log event, also when it has several lines.
  module Puts
    original = Kernel.instance_method(:puts)

    Kernel.define_method(:puts) do |*values|
      next original.bind_call(self, *values) unless $stdout.equal?(STDOUT)

      text = StringIO.new
      text.puts(*values)
      begin
        Log.write(text.string.chomp)
      rescue ThreadError # in a signal handler, where nothing can be locked
        original.bind_call(self, *values)
      end
      nil
    end
    Kernel.send(:private, :puts)
  end

  # A Logger for stdout or stderr names the request, and keeps each message one log event.
  module Loggers
    def initialize(device = nil, *rest, **options)
      own = device.nil? || device.equal?($stdout) || device.equal?($stderr)
      super(own ? Log : device, *rest, **options)
      return unless own

      @default_formatter = Formatter.new
      self.datetime_format = options[:datetime_format]
    end

    begin
      require "logger"

      class Formatter < ::Logger::Formatter
        def call(severity, time, program, message)
          "#{severity[0]}, [#{format_datetime(time)} ##{Process.pid}] #{severity.rjust(5)} #{LocalLambda.request_id} -- " \
            "#{program}: #{msg2str(message)}\n"
        end
      end
      ::Logger.prepend(self)
    rescue LoadError
      nil # a Ruby that leaves it to a gem, which is not there
    end
  end

  class Context
    attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name, :function_name,
                :function_version, :memory_limit_in_mb, :identity, :client_context, :deadline_ms

    def initialize(event)
      @aws_request_id = event.fetch("requestId")
      @invoked_function_arn = event["functionArn"]
      @deadline_ms = event.fetch("deadlineMs")
      @client_context = parsed(event["clientContext"])
      @log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
      @log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]
      @function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
      @function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
      @memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    end

    def get_remaining_time_in_millis
      [deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
    end

    private

    def parsed(json)
      JSON.parse(json.dup.force_encoding(Encoding::UTF_8)) if json
    end
  end

  # An error as the Runtime API takes it.
  class Fault
    # The types that are named outside the function's own answer and log; any other may tell what only those should.
    NAMED = %w[ArgumentError NoMethodError Exception StandardError NameError LoadError SystemExit SystemStackError].freeze

    attr_reader :body

    def initialize(error, phase)
      @name = error.class.to_s
      trace = error.backtrace_locations || []
      @body = {
        errorMessage: error.message.to_s.dup.force_encoding(Encoding::UTF_8).scrub,
        errorType: "#{phase}<#{@name}>",
        stackTrace: trace.take_while { |place| place.absolute_path != File.absolute_path(__FILE__) }.first(100).map(&:to_s),
      }
    end

    # As it is told outside the function's own answer and log.
    def type
      NAMED.include?(@name) ? body[:errorType] : "Function<UserException>"
    end

    def log(message)
      Log.write("#{message}\n#{JSON.pretty_generate(body)}")
    end
  end

  # The Runtime API by HTTP.
  class HttpCalls
    def initialize
      host, port = ENV.fetch("AWS_LAMBDA_RUNTIME_API").split(":")
      @connection = Net::HTTP.new(host, Integer(port), nil) # no proxy, whatever the function's environment says
      @connection.read_timeout = nil # the next event may be a long time coming
      @connection.keep_alive_timeout = 86_400
      @connection.max_retries = 0
      @connection.start
    end

    def next_event
      event = @connection.get("#{PREFIX}/invocation/next")
      {
        "requestId" => event["Lambda-Runtime-Aws-Request-Id"],
        "deadlineMs" => Integer(event["Lambda-Runtime-Deadline-Ms"]),
        "functionArn" => event["Lambda-Runtime-Invoked-Function-Arn"],
        "traceId" => event["Lambda-Runtime-Trace-Id"],
        "clientContext" => event["Lambda-Runtime-Client-Context"],
        "body" => event.body,
      }
    rescue SystemCallError, IOError
      exit(0) # the engine is gone
    end

    def respond_alone(request_id, body)
      post("/invocation/#{request_id}/response", body)
    end

    def respond(request_id, body)
      respond_alone(request_id, body)
      next_event
    end

    def fail(request_id, fault)
      fail_fatally(request_id, fault)
      next_event
    end

    def fail_fatally(request_id, fault)
      post_fault("/invocation/#{request_id}/error", fault)
    end

    def fail_init(fault)
      post_fault("/init/error", fault)
    end

    private

    def post(path, body, headers = {})
      @connection.post(PREFIX + path, body, { "Content-Type" => "application/json", **headers })
    end

    def post_fault(path, fault)
      post(path, JSON.generate(fault.body), { "Lambda-Runtime-Function-Error-Type" => fault.type })
    end
  end

  # The same over the socket that the engine has given this process: a message is one write, where HTTP is two calls.
  class ChannelCalls
    DESCRIPTOR = 4
    # What is larger goes by HTTP, whose socket takes more at a time.
    MOST_BYTES = 65_536

    def initialize
      @from, @to = %w[rb wb].map { |mode| IO.for_fd(DESCRIPTOR, mode, autoclose: false) }
      @to.sync = true
      @to.close_on_exec = true
    end

    def next_event
      event(say({ kind: "next" }))
    end

    def respond(request_id, body)
      return event(say({ kind: "response", requestId: request_id }, body)) if body.bytesize <= MOST_BYTES

      http.respond_alone(request_id, body)
      next_event
    end

    def fail(request_id, fault)
      event(say_fault("error", fault, request_id))
    end

    def fail_fatally(request_id, fault)
      say_fault("fatal", fault, request_id)
    end

    def fail_init(fault)
      say_fault("init-error", fault, nil)
    end

    private

    def http
      @http ||= HttpCalls.new
    end

    def event(said)
      said["isLarge"] ? http.next_event : said
    end

    def say_fault(kind, fault, request_id)
      say({ kind: kind, requestId: request_id, errorType: fault.type }, JSON.generate(fault.body))
    end

    # What the engine says to it.
    def say(head, body = "")
      text = JSON.generate(head)
      @to.write([text.bytesize, body.bytesize].pack("N2") + text.b + body.b)
      lengths = read(8).unpack("N2")
      said, payload = lengths.map { |bytes| read(bytes) }
      { **JSON.parse(said.force_encoding(Encoding::UTF_8)), "body" => payload }
    rescue SystemCallError, IOError
      exit(0) # the engine is gone
    end

    def read(bytes)
      received = @from.read(bytes)
      raise EOFError if received.nil? || received.bytesize < bytes

      received
    end
  end

  # A wrapper script may have put something of its own between: then the engine is spoken to through that.
  def self.open_calls
    ENV.delete("_LAMBDA_RUNTIME_CHANNEL") == ENV.fetch("AWS_LAMBDA_RUNTIME_API") ? ChannelCalls.new : HttpCalls.new
  end

  # FILE.METHOD, or FILE.CLASS.METHOD with the class in whatever modules: app.Shop::Orders.create
  class Handler
    def self.load(name)
      file, *owner, method = name.split(".")
      if method.nil? || owner.length > 1
        raise ArgumentError, "Bad handler: #{name}. A handler is FILE.METHOD or FILE.CLASS.METHOD, such as " \
                             "lambda_function.lambda_handler."
      end
      require file
      new(owner.first, method)
    end

    def initialize(owner, method)
      @owner = owner
      @method = method
    end

    # The body of the response.
    def call(event, context)
      receiver = @owner ? Object.const_get(@owner) : TOPLEVEL_BINDING.receiver
      result = receiver.__send__(@method, event: event, context: context)
      result.is_a?(StringIO) || result.is_a?(IO) ? result.read : result.to_json
    end
  end

  def self.serve(calls, handler)
    event = calls.next_event
    loop { event = run(calls, handler, event) }
  end

  # The next event.
  def self.run(calls, handler, event)
    context = Context.new(event)
    self.request_id = context.aws_request_id
    ENV["_X_AMZN_TRACE_ID"] = event["traceId"]
    begin
      body = handler.call(JSON.parse(event["body"].force_encoding(Encoding::UTF_8)), context)
    rescue SignalException
      raise
    rescue Exception => error # rubocop:disable Lint/RescueException
      fault = Fault.new(error, "Function")
      critical = error.is_a?(NameError) || !error.is_a?(StandardError)
      fault.log(critical ? "Critical exception from handler" : "Error raised from handler method")
      return calls.fail(request_id, fault) unless critical

      calls.fail_fatally(request_id, fault)
      exit(1) # as on AWS: the next event finds a new process
    end
    calls.respond(request_id, body)
  end

  def self.main
    $stdout.sync = true
    $stderr.sync = true
    # Of the machine's locales Lambda's may be missing.
    Encoding.default_external = Encoding::UTF_8
    $LOAD_PATH.unshift(TASK_ROOT) unless $LOAD_PATH.include?(TASK_ROOT)
    calls = open_calls
    begin
      handler = Handler.load(HANDLER)
    rescue SignalException
      raise
    rescue Exception => error # rubocop:disable Lint/RescueException
      fault = Fault.new(error, "Init")
      fault.log("Init error when loading handler #{HANDLER}")
      calls.fail_init(fault)
      exit(1)
    end
    serve(calls, handler)
  end
end

LocalLambda.main
