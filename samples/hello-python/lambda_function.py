import logging
import platform

logging.getLogger().setLevel(logging.INFO)
logging.info("This environment starts on Python %s", platform.python_version())


def lambda_handler(event, context):
    name = event.get("name", "world")
    logging.info("Greeting %s", name)
    print("What is printed lands in the log as well")
    return {"message": f"Hello, {name}!", "remainingMs": context.get_remaining_time_in_millis()}
