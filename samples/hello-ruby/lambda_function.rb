require "json"
require "logger"

LOGGER = Logger.new($stdout)
puts "This environment starts on Ruby #{RUBY_VERSION}"

def lambda_handler(event:, context:)
  name = event.fetch("name", "world")
  LOGGER.info("Greeting #{name}")
  puts JSON.pretty_generate(event)
  { message: "Hello, #{name}!", remainingMs: context.get_remaining_time_in_millis }
end
