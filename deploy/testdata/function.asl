{
  "Comment": "function: start it with {\"class\": \"HIGH\", \"input\": …}; the worker POSTs the input to the legacy system, and its answer is the output. Type Standard only: Express waits for no token.",
  "StartAt": "Which class",
  "States": {
    "Which class": {
      "Type": "Choice",
      "Choices": [
        {
          "Variable": "$.class",
          "StringEquals": "HIGH",
          "Next": "HIGH"
        },
        {
          "Variable": "$.class",
          "StringEquals": "low-1",
          "Next": "low-1"
        }
      ],
      "Default": "Unknown class"
    },
    "HIGH": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {
        "QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders-high",
        "MessageBody": {
          "token.$": "$$.Task.Token",
          "execution.$": "$$.Execution.Id",
          "state.$": "$$.State.Name",
          "input.$": "$.input"
        }
      },
      "TimeoutSeconds": 43200,
      "HeartbeatSeconds": 3600,
      "Retry": [
        {
          "ErrorEquals": [
            "States.ALL"
          ],
          "IntervalSeconds": 3,
          "MaxAttempts": 2,
          "BackoffRate": 1.5,
          "MaxDelaySeconds": 60,
          "JitterStrategy": "FULL"
        }
      ],
      "End": true
    },
    "low-1": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {
        "QueueUrl": "https://sqs.eu-central-1.amazonaws.com/ACCOUNT/function-low-1",
        "MessageBody": {
          "token.$": "$$.Task.Token",
          "execution.$": "$$.Execution.Id",
          "state.$": "$$.State.Name",
          "input.$": "$.input"
        }
      },
      "TimeoutSeconds": 43200,
      "HeartbeatSeconds": 3600,
      "Retry": [
        {
          "ErrorEquals": [
            "States.ALL"
          ],
          "IntervalSeconds": 3,
          "MaxAttempts": 2,
          "BackoffRate": 1.5,
          "MaxDelaySeconds": 60,
          "JitterStrategy": "FULL"
        }
      ],
      "End": true
    },
    "Unknown class": {
      "Type": "Fail",
      "Error": "UnknownClass",
      "Cause": "The input has no class, or none of these: HIGH, low-1"
    }
  }
}
