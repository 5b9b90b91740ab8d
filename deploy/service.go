package deploy

import (
	"strconv"
	"time"
)

// tfService is the worker as a service on Fargate. One task has all the slots:
// a second one would double them, so that an update stops the old one first.
func (s *Stack) tfService() []*block {
	cpu, memory, _ := fargate(s.cfg)
	container := object{
		{"name", "worker"}, {"image", "${var.image}"}, {"essential", true}, {"stopTimeout", s.stopTimeout()},
		{"environment", s.containerEnvironment(func(r ref) any { return s.inTerraform(r) })},
		{"logConfiguration", object{{"logDriver", "awslogs"}, {"options", object{
			{"awslogs-group", "${aws_cloudwatch_log_group.worker.name}"}, {"awslogs-region", "${data.aws_region.current.name}"}, {"awslogs-stream-prefix", "worker"},
		}}}},
	}
	task := newBlock("resource", "aws_ecs_task_definition", "worker").
		note("Smallest size that has the scenario's "+s.sizeAsked()+".").
		set("family", `"${var.prefix}-worker"`).
		set("requires_compatibilities", `["FARGATE"]`).
		set("network_mode", `"awsvpc"`).
		set("cpu", strconv.Quote(strconv.Itoa(cpu))).
		set("memory", strconv.Quote(strconv.Itoa(memory))).
		set("task_role_arn", "aws_iam_role.worker.arn").
		set("execution_role_arn", "aws_iam_role.start.arn").
		set("container_definitions", hclJSON([]object{container})).
		nest(newBlock("runtime_platform").set("operating_system_family", `"LINUX"`).set("cpu_architecture", strconv.Quote(s.ecsArchitecture())))
	service := newBlock("resource", "aws_ecs_service", "worker").
		note("One task has all slots: a second one, during an update as well, would double them.").
		set("name", `"${var.prefix}-worker"`).
		set("cluster", "var.cluster_arn").
		set("task_definition", "aws_ecs_task_definition.worker.arn").
		set("launch_type", `"FARGATE"`).
		set("desired_count", "1").
		set("deployment_maximum_percent", "100").
		set("deployment_minimum_healthy_percent", "0").
		nest(newBlock("network_configuration").set("subnets", "var.subnet_ids").set("security_groups", "var.security_group_ids"))
	all := s.tfRole("worker", "ecs-tasks.amazonaws.com", s.workerRights()[:len(s.workerRights())-1])
	all = append(all, s.tfRole("start", "ecs-tasks.amazonaws.com", s.startRights())...)
	return append(all, tfLogs("worker", `"/ecs/${var.prefix}-worker"`), task, service)
}

// stopTimeout is when a container that was told to stop is killed.
func (s *Stack) stopTimeout() int {
	return int((s.deploy.Shutdown + stopMargin + time.Second - 1) / time.Second)
}

func (s *Stack) ecsArchitecture() string {
	if s.cfg.Worker.Architecture == "x86_64" {
		return "X86_64"
	}
	return "ARM64"
}

// containerEnvironment is the environment in a container definition.
func (s *Stack) containerEnvironment(in func(ref) any) (list []object) {
	for _, v := range s.environment() {
		list = append(list, object{{"name", v.name}, {"value", in(v.value)}})
	}
	return list
}

// samService is the same in CloudFormation.
func (s *Stack) samService() object {
	cpu, memory, _ := fargate(s.cfg)
	get := func(resource string) object { return object{{"Fn::GetAtt", []string{resource, "Arn"}}} }
	container := object{
		{"Name", "worker"}, {"Image", reference("Image")}, {"Essential", true}, {"StopTimeout", s.stopTimeout()},
		{"Environment", s.samContainerEnvironment()},
		{"LogConfiguration", object{{"LogDriver", "awslogs"}, {"Options", object{
			{"awslogs-group", reference("WorkerLogs")}, {"awslogs-region", reference("AWS::Region")}, {"awslogs-stream-prefix", "worker"},
		}}}},
	}
	rights := s.workerRights()
	return object{
		{"WorkerRole", s.samRole("ecs-tasks.amazonaws.com", rights[:len(rights)-1])},
		{"StartRole", s.samRole("ecs-tasks.amazonaws.com", s.startRights())},
		{"WorkerLogs", samLogs("/ecs/${AWS::StackName}-worker")},
		{"WorkerTask", object{{"Type", "AWS::ECS::TaskDefinition"}, {"Properties", object{
			{"Family", sub("${AWS::StackName}-worker")}, {"RequiresCompatibilities", []string{"FARGATE"}}, {"NetworkMode", "awsvpc"},
			{"Cpu", strconv.Itoa(cpu)}, {"Memory", strconv.Itoa(memory)},
			{"RuntimePlatform", object{{"OperatingSystemFamily", "LINUX"}, {"CpuArchitecture", s.ecsArchitecture()}}},
			{"TaskRoleArn", get("WorkerRole")}, {"ExecutionRoleArn", get("StartRole")}, {"ContainerDefinitions", []object{container}},
		}}}},
		{"Worker", object{{"Type", "AWS::ECS::Service"}, {"Properties", object{
			{"ServiceName", sub("${AWS::StackName}-worker")}, {"Cluster", reference("Cluster")}, {"TaskDefinition", reference("WorkerTask")},
			{"LaunchType", "FARGATE"}, {"DesiredCount", 1},
			{"DeploymentConfiguration", object{{"MaximumPercent", 100}, {"MinimumHealthyPercent", 0}}},
			{"NetworkConfiguration", object{{"AwsvpcConfiguration", object{{"Subnets", reference("Subnets")}, {"SecurityGroups", reference("SecurityGroups")}}}}},
		}}}},
	}
}

// startRights is what ECS needs to start the container.
func (s *Stack) startRights() []statement {
	return []statement{
		{"fetch the image", []string{"ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"}, []ref{text("*")}},
		writesLogs(logsARN),
	}
}

func (s *Stack) samContainerEnvironment() (list []object) {
	for _, v := range s.environment() {
		list = append(list, object{{"Name", v.name}, {"Value", s.sam(v.value)}})
	}
	return list
}
