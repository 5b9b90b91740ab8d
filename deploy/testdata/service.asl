{
  "Comment": "1 service: \"orders\": start it with {\"input\": …}; the worker POSTs the input to the legacy system, and its answer is the output. Type Standard only: Express waits for no token.",
  "StartAt": "3rd",
  "States": {
    "3rd": {
      "Type": "Task",
      "Resource": "arn:aws-cn:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {
        "QueueUrl": "https://sqs.cn-north-1.amazonaws.com.cn/ACCOUNT/penstock-1-service-orders-class-3rd",
        "MessageBody": {
          "token.$": "$$.Task.Token",
          "execution.$": "$$.Execution.Id",
          "state.$": "$$.State.Name",
          "input.$": "$.input"
        }
      },
      "TimeoutSeconds": 86400,
      "End": true
    }
  }
}
