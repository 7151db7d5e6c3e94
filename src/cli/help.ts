const targetHelp = `Where (default: the local Lambda, started when it is needed):
  --endpoint URL   any endpoint that speaks the AWS API
  --profile NAME   AWS, with this profile of the shared config
  --region NAME    AWS, in this region
  --data DIR       the local Lambda with its state in this folder
  --json           one JSON value (or one a line) on stdout, for programs`;

export const help = {
  package: `lambda-workbench package FOLDER --out FILE [--runtime NAME] [--handler FILE.FUNCTION] [--json]
lambda-workbench package FOLDER --explain
lambda-workbench package --layer FOLDER --out FILE [--runtime NAME] [--json]

Packages a folder into a flat zip: handler and dependencies at the root, every entry with mode 755, the same bytes for the same
files. What .lambdaignore names (gitignore's rules) stays out; .git, .env* and editor folders never ship. lambda.json in the folder says
what is not to be found: runtime, handler, architecture, what ships, how to bundle; without it, a function of a SAM template.yaml or a
serverless.yml whose code the folder is. FOLDER may be a ready .zip or .jar.

--explain tells instead what would ship, the heaviest parts first and why they are there, and what would not.

--layer makes a layer: node_modules and package.json go to nodejs/, Python and what its requirements name to python/, gems to ruby/gems,
jars to java/lib; a folder with nodejs/, python/, ruby/, java/, extensions/, bin/ or lib/ in it ships as it is. --runtime says which one
dependencies are installed for.`,
  deploy: `lambda-workbench deploy FOLDER [--name NAME] [--runtime NAME] [--handler FILE.FUNCTION] [--role ARN] [--memory MB]
                       [--timeout SECONDS] [--env NAME=VALUE ...] [--publish] [--alias NAME] [--watch] [where]

Packages a folder and creates or updates the function, then waits until it can be invoked. Nothing is uploaded when the code is
already there. NAME is what lambda.json says, else the folder's name. --watch deploys again after each change in the folder.
--publish then publishes a version; --alias too, and points the alias NAME to it (made where there is none).

${targetHelp}`,
  invoke: `lambda-workbench invoke NAME [--qualifier VERSION|ALIAS] [--async | --dry-run] [--payload JSON | --payload @FILE] [where]

Invokes a function and prints its response, and its log tail and timing on stderr. Exit status 1 when the function failed.

${targetHelp}`,
  logs: `lambda-workbench logs NAME [--follow] [--since 5m] [where]

Prints the function's log since then (s, m, h or d; default 10m), and with --follow what is written from now on.

${targetHelp}`,
  metrics: `lambda-workbench metrics NAME [--since 1h] [--period 1m] [where]

Prints invocations, errors, throttles and durations of the function by period (whole minutes; default 1m) since then (s, m, h or d; default
1h), as CloudWatch counts them: invocations that were throttled leave no line in the log. On AWS they come a minute or two later.

${targetHelp}`,
  list: `lambda-workbench list [where]

Lists the functions of the target.

${targetHelp}`,
  delete: `lambda-workbench delete NAME [where]

Deletes a function. Its log stays.

${targetHelp}`,
  url: `lambda-workbench url NAME [--auth none|iam] [--stream] [where]

Prints the function's URL, and makes one where there is none. --auth iam asks callers for a signature (default: none; on AWS, such a
URL answers once a permission of the function allows lambda:InvokeFunctionUrl to everybody). --stream sends responses as they are
written.

${targetHelp}`,
  layer: `lambda-workbench layer publish FOLDER NAME [--runtime NAME] [--description TEXT] [where]

Packages a folder as a layer (see package --layer; a ready .zip is taken as it is), publishes it as the next version of the layer NAME,
and prints the ARN of that version, which "layers" of a lambda.json takes.

${targetHelp}`,
  tune: `lambda-workbench tune NAME [--sizes 128,256,512] [--runs N] [--payload JSON | --payload @FILE]
                     [--apply cheapest|fastest|balanced] [--yes] [where]

Tries a function with several memory sizes, N invocations each (default: 10), and prints what each size takes and costs on AWS. It runs on
temporary versions of the function, which are deleted afterwards; the function is left as it was, also after Ctrl-C, and after a kill by
the next tuning of it. --apply gives it the size that was found. On AWS it says what it costs, and goes on with --yes. The local Lambda
gives a function more of the processor with more memory only where the system lets it: elsewhere all sizes take as long.

${targetHelp}`,
  connection: `lambda-workbench connection [--data DIR] [--json]

Prints where the local Lambda is and its credentials, as commands for a shell, and starts it where it does not run:

  eval "$(lambda-workbench connection)"
  aws --endpoint-url "$AWS_ENDPOINT_URL" lambda list-functions

Newer AWS tools take AWS_ENDPOINT_URL by themselves. With --json it is one JSON value.`,
  engine: `lambda-workbench engine [--port N] [--data DIR] [--auth sigv4|none] [--account ID] [--region NAME] [--concurrency N]
                       [--idle-minutes N] [--environment-idle-seconds N] [--retry-delays MS,MS] [--no-freeze]
                       [--no-containment] [--cpu-share] [--interpreter RUNTIME=PROGRAM] [--function-profile NAME]

Runs the local Lambda in the foreground and prints one line of JSON when it listens: endpoint, accessKeyId, secretAccessKey, region,
accountId. SIGTERM or Ctrl-C ends it. --auth none accepts any credentials. --retry-delays shortens the waits before asynchronous
events are tried again. Execution environments end --environment-idle-seconds after their last invocation (default: 600).
Between invocations they stand still, as on AWS; --no-freeze lets them run on, so that a debugger can stay attached.
On Linux functions have a /tmp of their own, and limits by control groups; --no-containment does without. --cpu-share gives them no
more of the processors than Lambda does for their memory, where control groups can be made. --interpreter python3.13=/usr/bin/python3
names the program that runs a runtime's functions, or all of a language (python=…); it may be given several times. Functions get the
local Lambda's own credentials and call each other; with --function-profile they get those of an AWS profile, and call AWS.`,
} as const;

export const overview = `lambda-workbench: package, deploy, invoke and observe AWS Lambda functions

  package FOLDER --out FILE   make the deployment package
  deploy FOLDER               package, then create or update the function
  invoke NAME                 call it: synchronously, --async or --dry-run
  logs NAME                   read or --follow its log
  metrics NAME                invocations, errors, throttles and durations by the minute
  list                        functions of the target
  delete NAME                 delete a function
  url NAME                    its function URL, made where there is none
  tune NAME                   try it with several memory sizes
  layer publish FOLDER NAME   publish the next version of a layer
  connection                  how other AWS tools reach the local Lambda
  engine                      run the local Lambda in the foreground

lambda-workbench COMMAND --help tells more. --version prints the version.`;
