// A function in Rust without a dependency: it asks the Runtime API for events itself. With the crate lambda_runtime the same is
// lambda_runtime::run(service_fn(handle)).
mod json;
mod runtime_api;

use runtime_api::RuntimeApi;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    // What stands before the loop runs once, at the cold start.
    let started_at = Instant::now();
    let api = RuntimeApi::new(std::env::var("AWS_LAMBDA_RUNTIME_API").expect("this program runs on Lambda"));
    let mut invocations = 0;
    loop {
        let invocation = api.next()?;
        invocations += 1;
        let name = json::string_member(&invocation.event, "name").unwrap_or_else(|| "world".to_string());
        println!("Invocation {invocations} of this environment, with {name}");
        let message = json::quoted(&format!("Hello, {name}!"));
        let age = started_at.elapsed().as_millis();
        let response = format!(r#"{{"message":{message},"invocations":{invocations},"environmentAgeMs":{age}}}"#);
        api.respond(&invocation.request_id, &response)?;
    }
}
