using System.Text;
using System.Text.Json;
using Sandbox.Seccomp;

namespace Sandbox.Tests.Seccomp;

/// <summary>
/// Debian's libseccomp, through its Python binding: what a container engine loads for a profile, and libseccomp's own
/// numbers. Includes and excludes are worked out in the driver once more, independently of the product.
/// </summary>
internal static class LibSeccomp
{
    private const string Driver =
        """
        import base64, json, os, sys, tempfile
        import seccomp as s
        ACT = {'SCMP_ACT_KILL': s.KILL, 'SCMP_ACT_KILL_THREAD': s.KILL, 'SCMP_ACT_KILL_PROCESS': s.KILL_PROCESS,
               'SCMP_ACT_TRAP': s.TRAP, 'SCMP_ACT_LOG': s.LOG, 'SCMP_ACT_ALLOW': s.ALLOW, 'SCMP_ACT_NOTIFY': s.NOTIFY}
        OP = {'SCMP_CMP_' + n: getattr(s, n) for n in 'NE LT LE EQ GE GT MASKED_EQ'.split()}
        ARCH = {'SCMP_ARCH_X86': s.Arch.X86, 'SCMP_ARCH_X32': s.Arch.X32, 'SCMP_ARCH_X86_64': s.Arch.X86_64, 'SCMP_ARCH_AARCH64': s.Arch.AARCH64}
        ABIS = {'SCMP_ARCH_X86_64': ('X64', 'I386', 'X32'), 'SCMP_ARCH_AARCH64': ('Arm64',)}
        OF_ABI = {'X64': s.Arch.X86_64, 'I386': s.Arch.X86, 'X32': s.Arch.X32, 'Arm64': s.Arch.AARCH64}
        GO = {'SCMP_ARCH_X86_64': 'amd64', 'SCMP_ARCH_AARCH64': 'arm64'}
        def action(name, errno):
            errno = 1 if errno is None else errno
            return s.ERRNO(errno) if name == 'SCMP_ACT_ERRNO' else s.TRACE(errno) if name == 'SCMP_ACT_TRACE' else ACT[name]
        def applies(rule, machine, caps, kernel):
            inc, exc = rule.get('includes') or {}, rule.get('excludes') or {}
            version = lambda v: tuple(int(n) for n in v.split('.'))
            if exc.get('arches') and GO[machine] in exc['arches']: return False
            if any(c in caps for c in exc.get('caps') or []): return False
            if exc.get('minKernel') and tuple(kernel) >= version(exc['minKernel']): return False
            if inc.get('arches') and GO[machine] not in inc['arches']: return False
            if not all(c in caps for c in inc.get('caps') or []): return False
            if inc.get('minKernel') and tuple(kernel) < version(inc['minKernel']): return False
            return True
        def program(request):
            profile, machine, refused, unknown = request['profile'], request['machine'], [], set()
            default = action(profile['defaultAction'], profile.get('defaultErrnoRet'))
            f = s.SyscallFilter(default)
            if request['optimize']: f.set_attr(s.Attr.CTL_OPTIMIZE, 2)
            if machine == 'SCMP_ARCH_AARCH64':
                f.remove_arch(s.Arch.NATIVE)
                f.add_arch(s.Arch.AARCH64)
            arches = profile.get('architectures') or []
            for entry in profile.get('archMap') or []:
                if entry['architecture'] == machine: arches = [machine] + (entry.get('subArchitectures') or [])
            for a in arches:
                if machine == 'SCMP_ARCH_X86_64' and a in ('SCMP_ARCH_X86', 'SCMP_ARCH_X32'): f.add_arch(ARCH[a])
            for rule in profile.get('syscalls') or []:
                if not applies(rule, machine, request['caps'], request['kernel']): continue
                act = action(rule['action'], rule.get('errnoRet'))
                if act == default: continue
                args = [s.Arg(a['index'], OP[a['op']], a['value'], a.get('valueTwo', 0)) for a in rule.get('args') or []]
                twice = len({a['index'] for a in rule.get('args') or []}) < len(args)
                for name in rule.get('names') or [rule['name']]:
                    for abi in ABIS[machine]:
                        if s.resolve_syscall(OF_ABI[abi], name) in (-1, *range(-20000, -9999)): unknown.add(abi + ' ' + name)
                    number = s.resolve_syscall(s.Arch.NATIVE, name)
                    if number == -1: continue
                    for group in ([[a] for a in args] if twice else [args]):
                        try: f.add_rule(act, number, *group)
                        except Exception as e: refused.append(name + ': ' + str(e))
            with tempfile.TemporaryFile() as t:
                f.export_bpf(t); t.seek(0)
                return {'program': base64.b64encode(t.read()).decode(), 'unknown': sorted(unknown), 'refused': refused}
        def numbers(request):
            return {n: s.resolve_syscall(OF_ABI[request['abi']], n) for n in request['names']}
        for line in sys.stdin:
            request = json.loads(line)
            print(json.dumps(numbers(request) if 'abi' in request else program(request)))
        """;

    /// <summary>libseccomp's programs for profiles in JSON.</summary>
    public static async Task<IReadOnlyList<LibSeccompProgram>> Compile(IEnumerable<LibSeccompRequest> requests)
    {
        string input = string.Concat(requests.Select(request =>
            $$"""{"profile": {{OneLine(request.Profile)}}, "machine": "{{request.Machine.ProfileName()}}", "caps": {{JsonSerializer.Serialize(request.Capabilities)}}, "kernel": [{{request.Kernel.Replace('.', ',')}}], "optimize": {{(request.Optimize ? "true" : "false")}}}""" + "\n"));
        List<LibSeccompProgram> programs = [];
        foreach (string line in await Ask(input))
        {
            using JsonDocument answer = JsonDocument.Parse(line);
            byte[] bytes = answer.RootElement.GetProperty("program").GetBytesFromBase64();
            ulong[] program = new ulong[bytes.Length / 8];
            Buffer.BlockCopy(bytes, 0, program, 0, bytes.Length);
            programs.Add(new LibSeccompProgram(program, Strings(answer, "unknown"), Strings(answer, "refused")));
        }

        return programs;
    }

    /// <summary>libseccomp's numbers of system calls; below 0 for names that the ABI, or the library, does not have.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> Numbers(string abi, IEnumerable<string> names)
    {
        string request = $$"""{"abi": "{{abi}}", "names": {{JsonSerializer.Serialize(names)}}}""" + "\n";
        return JsonSerializer.Deserialize<Dictionary<string, int>>((await Ask(request))[0])!;
    }

    private static async Task<string[]> Ask(string input)
    {
        // Debian's own Python: the binding is a package of its.
        CommandResult result = await Command.Run("/usr/bin/python3", ["-c", Driver], Encoding.UTF8.GetBytes(input));
        return result.ExitCode == 0
            ? result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException($"libseccomp's driver failed (python3-seccomp is needed): {result.Error}");
    }

    private static string OneLine(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }

    private static string[] Strings(JsonDocument answer, string name) =>
        [.. answer.RootElement.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
}

/// <summary>A profile, and what it is compiled for.</summary>
internal sealed record LibSeccompRequest(string Profile, string[] Capabilities, string Kernel, bool Optimize = false, Abi Machine = Abi.X64);

/// <summary>libseccomp's program; calls that it does not know, each after its ABI; and rules that it would not have beside earlier ones.</summary>
internal sealed record LibSeccompProgram(ulong[] Program, string[] UnknownCalls, string[] RefusedRules)
{
    /// <summary>
    /// The program compares a number with the accumulator while that still holds the architecture: libseccomp 2.5.4 forgets
    /// the load for some sets of rules, when it sorts the rule that would bring it behind others.
    /// </summary>
    public bool ForgetsTheNumber => Forgets(0, holdsArchitecture: false);

    private bool Forgets(int at, bool holdsArchitecture)
    {
        for (; ; at++)
        {
            ulong word = Program[at];
            uint operand = (uint)(word >> 32);
            switch ((ushort)word)
            {
                case 0x06:
                    return false;
                case 0x20:
                    holdsArchitecture = operand == 4;
                    break;
                case 0x05:
                    at += (int)operand;
                    break;
                case 0x15 or 0x25 or 0x35 or 0x45 when holdsArchitecture:
                    // Once it is told to be x86-64 nothing is left to ask of it; before that, numbers are no architectures.
                    return operand is not (0xC000_003E or 0x4000_0003)
                        || (operand == 0xC000_003E && !LoadsAt(at + 1 + (byte)(word >> 16)))
                        || Forgets(at + 1 + (byte)(word >> 24), holdsArchitecture: true);
                case 0x15 or 0x25 or 0x35 or 0x45:
                    return false;
            }
        }
    }

    private bool LoadsAt(int at) => (ushort)Program[at] == 0x05 ? LoadsAt(at + 1 + (int)(Program[at] >> 32)) : (ushort)Program[at] is 0x20 or 0x06;
}
