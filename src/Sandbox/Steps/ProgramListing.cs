using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <summary>A launch program in words: a line a step, as strace(1) would show the calls, with who makes them in front.</summary>
internal static unsafe class ProgramListing
{
    public static string Of(LaunchProgram program)
    {
        StringBuilder text = new();
        for (int i = 0; i < program.Count; i++)
        {
            string who = !program.HasInit || i > program.Image->CommandStart ? "command  " : "init     ";
            text.Append(who).Append(Describe(program, program[i])).Append('\n');
        }

        return text.ToString();
    }

    private static string Describe(LaunchProgram program, Step step)
    {
        string text = step.Kind switch
        {
            StepKind.Call => DescribeCall(program, step),
            StepKind.Await => $"read({Slot(program, step.A)}, ..., 1)",
            StepKind.FindTarget => $"find({Slot(program, step.A)}, {ArgumentText.Text(step.B)}, {Kind(program, step)}): openat2(RESOLVE_IN_ROOT|{(step.E != 0 ? "RESOLVE_NO_MAGICLINKS" : "RESOLVE_NO_SYMLINKS")}), mkdirat or mknodat where it is missing",
            StepKind.Cover => $"cover({Slot(program, step.A)}, {ArgumentText.Text(step.B)}): openat2(RESOLVE_IN_ROOT|{(step.E != 0 ? "RESOLVE_NO_MAGICLINKS" : "RESOLVE_NO_SYMLINKS")}), statx, open_tree({Slot(program, step.C)} or {Slot(program, step.D)}), move_mount",
            StepKind.UsePrepared => $"use({(Prepared)step.C}): what the early child has made, if it could, in the place of the next {step.D}",
            StepKind.Expect => $"expect({ArgumentText.Text(step.D)}): else {(Errno)step.C}",
            StepKind.Refuse => $"refuse: {Marshal.PtrToStringUTF8(step.D)}",
            StepKind.ReceiveDescriptor => $"recvmsg({Slot(program, step.A)}, SCM_RIGHTS, MSG_CMSG_CLOEXEC)",
            StepKind.Measure => $"measure({Slot(program, step.A)}): clock_gettime(CLOCK_MONOTONIC), getrusage(RUSAGE_SELF), write",
            StepKind.SendDescriptor => $"sendmsg({Slot(program, step.A)}, SCM_RIGHTS, [{Slot(program, step.D)}])",
            StepKind.PassOn => $"clone(CLONE_VM|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD): sendmsg({Slot(program, step.A)}, SCM_RIGHTS, {Slot(program, step.B)}) once it is there",
            StepKind.AwaitPassedOn => "until that is done: look",
            StepKind.KeepOnly => $"close all but {DescribeKept(program, (KeptDescriptorsImage*)step.A)}: close_range",
            StepKind.Erase => "erase(argv, environ)",
            StepKind.AllowBeneath => $"landlock_add_rule({Slot(program, step.A)}, LANDLOCK_RULE_PATH_BENEATH, {{{ArgumentText.Names((LandlockAccess)step.B)}, {ArgumentText.Of(ArgumentForm.Descriptor, step.C, (step.SlotArguments & 4) != 0, program.SlotNames)}}})",
            StepKind.Guard => $"guard({step.A}, {step.B}): ppoll, pidfd_send_signal(SIGKILL)",
            StepKind.TryNamespace => $"setns(<{program.SlotNames[(int)step.A]}>, {ArgumentText.Names((CloneFlags)step.B)})",
            StepKind.OpenProcesses => DescribeProcesses(program, step.A, (ProcessesImage*)step.B),
            StepKind.HandOver => $"{DescribeClone((CloneFlags)step.A)} = SUCCESSOR, {DescribeMaps((IdMapImage*)step.B)}write(<report>, SUCCESSOR), exit(0)",
            StepKind.MakeNode => DescribeNode(program, step),
            StepKind.CopyTree => $"copy({Slot(program, step.A)}, {Slot(program, step.B)}): getdents64, openat(O_NOFOLLOW), mkdirat, sendfile, symlinkat, mknodat, fchownat, fchmodat, utimensat",
            StepKind.CopyMode => $"copy the mode of {Slot(program, step.A)} to {Slot(program, step.B)}: statx, fchmodat",
            StepKind.Tell => $"tell(launcher, {(LaunchStage)step.A})",
            StepKind.RunHook => $"run({ArgumentText.Text((nint)((HookImage*)step.A)->Path)}): memfd_create, write(state), clone(CLONE_PIDFD|SIGCHLD), execve, ppoll, wait4",
            StepKind.InspectCommand => $"inspect({Candidates((CommandImage*)step.A)}): openat2(RESOLVE_NO_MAGICLINKS), statx, pread64; refused if it leads to sandbox's own executable, or nobody may execute it",
            StepKind.ProveRights => $"may execute({Candidates((CommandImage*)step.A)}) as user {((RightsImage*)step.B)->Uid} of group {((RightsImage*)step.B)->Gid}: capget, setfsgid, setfsuid, capset, faccessat2(AT_EACCESS)",
            StepKind.StartCommand when step.B != 0 => "socketpair, clone(SIGCHLD): the command's process waits until this one has closed all it does not need, and has its last capabilities and filter",
            StepKind.StartCommand => step.A != 0 ? "clone(CLONE_VFORK|SIGCHLD)" : "clone(CLONE_VM|CLONE_VFORK|SIGCHLD)",
            _ => DescribeExecute((CommandImage*)step.A),
        };
        text = step.Result >= 0 ? $"{text} = {Slot(program, step.Result)}" : text;

        // Descriptors are called after places that the image names.
        return PlainText.Of(step.Tolerated != 0 ? $"{text}  [{(Errno)step.Tolerated} is no failure]" : text);
    }

    private static string DescribeCall(LaunchProgram program, Step step)
    {
        SystemCall call = (SystemCall)step.Number;
        ReadOnlySpan<ArgumentForm> forms = CallSignature.Of(call);
        ReadOnlySpan<nint> values = [step.A, step.B, step.C, step.D, step.E];
        StringBuilder text = new();
        text.Append(call).Append('(');
        for (int i = 0; i < forms.Length; i++)
        {
            bool isSlot = (step.SlotArguments & (1 << i)) != 0;
            string argument = forms[i] switch
            {
                ArgumentForm.PrctlArgument => ArgumentText.OfPrctl((PrctlOption)values[0], values[i]),
                ArgumentForm.RequestArgument => ArgumentText.OfRequest(values[1], values[i]),
                _ => ArgumentText.Of(forms[i], values[i], isSlot, program.SlotNames),
            };
            text.Append(i == 0 ? "" : ", ").Append(argument);
        }

        return text.Append(')').ToString();
    }

    private static string DescribeClone(CloneFlags namespaces) => namespaces == CloneFlags.None
        ? "clone(CLONE_PARENT)"
        : $"clone3({{flags={ArgumentText.Names(namespaces | CloneFlags.CLONE_PARENT)}}})";

    private static string DescribeProcesses(LaunchProgram program, nint space, ProcessesImage* processes) =>
        $"fsopen({ArgumentText.Text((nint)processes->Name)}), fsconfig({ArgumentText.Text((nint)processes->Option)}, {Slot(program, space)}), fsmount; or else clone(CLONE_FILES|CLONE_VFORK|SIGCHLD): openat2({ArgumentText.Text((nint)processes->Root)}, {ArgumentText.Text((nint)processes->Name)}, RESOLVE_IN_ROOT|RESOLVE_NO_SYMLINKS), " +
        $"setns({ArgumentText.Text((nint)processes->Mounts)}), open_tree(OPEN_TREE_CLONE), fstatfs, statx({ArgumentText.Text((nint)processes->First)}): the procfs of {Slot(program, space)}, or EXDEV";

    private static string DescribeMaps(IdMapImage* maps) => maps == null
        ? ""
        : $"write(/proc/SUCCESSOR/uid_map, {ArgumentText.Text((nint)maps->Uids)}), write(/proc/SUCCESSOR/gid_map, {ArgumentText.Text((nint)maps->Gids)}), ";

    private static string DescribeKept(LaunchProgram program, KeptDescriptorsImage* kept)
    {
        StringBuilder text = new("0, 1, 2");
        for (int i = 0; i < kept->SlotCount; i++)
        {
            text.Append(", ").Append(Slot(program, kept->Slots[i]));
        }

        for (int i = 0; i < kept->NumberCount; i++)
        {
            text.Append(", ").Append(kept->Numbers[i]);
        }

        return text.ToString();
    }

    private static string DescribeNode(LaunchProgram program, Step step)
    {
        NodeImage* node = (NodeImage*)step.C;
        string mode = ArgumentText.Of(ArgumentForm.FileMode, (nint)node->Mode, isSlot: false, program.SlotNames);
        return $"make({Slot(program, step.A)}, {ArgumentText.Text(step.B)}, {mode}, {node->Major}:{node->Minor}, {node->Uid}:{node->Gid}): openat2(RESOLVE_IN_ROOT|RESOLVE_NO_SYMLINKS), mkdirat, mknodat, fchownat";
    }

    private static string DescribeExecute(CommandImage* command)
    {
        StringBuilder arguments = new();
        for (byte** argument = command->Arguments; *argument != null; argument++)
        {
            arguments.Append(arguments.Length == 0 ? "" : ", ").Append(ArgumentText.Text((nint)(*argument)));
        }

        int variables = 0;
        for (byte** variable = command->Environment; *variable != null; variable++)
        {
            variables++;
        }

        return $"execve({Candidates(command)}, [{arguments}], {variables} variables)";
    }

    private static string Candidates(CommandImage* command)
    {
        StringBuilder text = new();
        for (byte** candidate = command->Candidates; *candidate != null; candidate++)
        {
            text.Append(text.Length == 0 ? "" : " or ").Append(ArgumentText.Text((nint)(*candidate)));
        }

        return text.ToString();
    }

    private static string Slot(LaunchProgram program, nint index) => $"<{program.SlotNames[(int)index]}>";

    private static string Kind(LaunchProgram program, Step step) => (ProgramBuilder.TargetKind)step.C switch
    {
        ProgramBuilder.TargetKind.Directory => "directory",
        ProgramBuilder.TargetKind.File => "file",
        ProgramBuilder.TargetKind.Device => "device",
        _ => "like " + Slot(program, step.D),
    };
}
