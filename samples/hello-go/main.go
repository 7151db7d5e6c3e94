// A function in Go without a dependency: it asks the Runtime API for events itself. With
// github.com/aws/aws-lambda-go the same is lambda.Start(handle).
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

var (
	startedAt   = time.Now()
	invocations = 0
)

type event struct {
	Name string `json:"name"`
}

func handle(in event) (map[string]any, error) {
	invocations++
	fmt.Println("Invocation", invocations, "of this environment, with", in.Name)
	if in.Name == "" {
		in.Name = "world"
	}
	return map[string]any{
		"message":          fmt.Sprintf("Hello, %s!", in.Name),
		"invocations":      invocations,
		"environmentAgeMs": time.Since(startedAt).Milliseconds(),
	}, nil
}

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(api + "next")
		if err != nil {
			log.Fatal(err)
		}
		var in event
		err = json.NewDecoder(next.Body).Decode(&in)
		next.Body.Close()
		id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
		var out any
		if err == nil {
			out, err = handle(in)
		}
		path := "/response"
		if err != nil {
			path, out = "/error", map[string]string{"errorType": "Error", "errorMessage": err.Error()}
		}
		body, _ := json.Marshal(out)
		done, err := http.Post(api+id+path, "application/json", bytes.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		done.Body.Close()
	}
}
