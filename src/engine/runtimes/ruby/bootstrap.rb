# frozen_string_literal: true

# Runs a Ruby function: finds its handler and speaks the Lambda Runtime API, nothing else.
require "json"
require "net/http"
require "stringio"

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

    def initialize(headers)
      @aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
      @invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
      @deadline_ms = Integer(headers["Lambda-Runtime-Deadline-Ms"])
      @client_context = parsed(headers["Lambda-Runtime-Client-Context"])
      @identity = parsed(headers["Lambda-Runtime-Cognito-Identity"])
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

    def headers
      type = NAMED.include?(@name) ? body[:errorType] : "Function<UserException>"
      { "Content-Type" => "application/json", "Lambda-Runtime-Function-Error-Type" => type }
    end

    def log(message)
      Log.write("#{message}\n#{JSON.pretty_generate(body)}")
    end
  end

  class Client
    def initialize
      host, port = ENV.fetch("AWS_LAMBDA_RUNTIME_API").split(":")
      @connection = Net::HTTP.new(host, Integer(port), nil) # no proxy, whatever the function's environment says
      @connection.read_timeout = nil # the next event may be a long time coming
      @connection.keep_alive_timeout = 86_400
      @connection.max_retries = 0
      @connection.start
    end

    def next_event
      @connection.get("#{PREFIX}/invocation/next")
    rescue SystemCallError, IOError
      exit(0) # the engine is gone
    end

    def post(path, body, headers = { "Content-Type" => "application/json" })
      @connection.post(PREFIX + path, body, headers)
    end

    def post_fault(path, fault)
      post(path, JSON.generate(fault.body), fault.headers)
    end
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

  def self.serve(client, handler)
    loop do
      event = client.next_event
      context = Context.new(event)
      self.request_id = context.aws_request_id
      ENV["_X_AMZN_TRACE_ID"] = event["Lambda-Runtime-Trace-Id"]
      run(client, handler, event, context)
    end
  end

  def self.run(client, handler, event, context)
    path = "/invocation/#{context.aws_request_id}"
    begin
      body = handler.call(JSON.parse(event.body.force_encoding(Encoding::UTF_8)), context)
    rescue SignalException
      raise
    rescue Exception => error # rubocop:disable Lint/RescueException
      fault = Fault.new(error, "Function")
      critical = error.is_a?(NameError) || !error.is_a?(StandardError)
      fault.log(critical ? "Critical exception from handler" : "Error raised from handler method")
      client.post_fault("#{path}/error", fault)
      exit(1) if critical # as on AWS: the next event finds a new process
    else
      client.post("#{path}/response", body)
    end
  end

  def self.main
    $stdout.sync = true
    $stderr.sync = true
    # Of the machine's locales Lambda's may be missing.
    Encoding.default_external = Encoding::UTF_8
    $LOAD_PATH.unshift(TASK_ROOT) unless $LOAD_PATH.include?(TASK_ROOT)
    client = Client.new
    begin
      handler = Handler.load(HANDLER)
    rescue SignalException
      raise
    rescue Exception => error # rubocop:disable Lint/RescueException
      fault = Fault.new(error, "Init")
      fault.log("Init error when loading handler #{HANDLER}")
      client.post_fault("/init/error", fault)
      exit(1)
    end
    serve(client, handler)
  end
end

LocalLambda.main
