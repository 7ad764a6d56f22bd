namespace Sandbox.Tests.Guarantees;

/// <summary>Under a service manager the command is the service: it has the sockets, and may say that it is ready.</summary>
[Category(Category.Root)]
public class ServiceTests
{
    /// <summary>A service manager: opens a socket to listen on and one for messages, runs the words, prints what it is told.</summary>
    private const string Manager = """
        import os, socket, sys, tempfile
        place = tempfile.mkdtemp(dir="/var/tmp")
        os.chmod(place, 0o755)
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        told.bind(place + "/notify")
        os.chmod(place + "/notify", 0o777)
        listening = socket.create_server(("127.0.0.1", 0))
        child = os.fork()
        if child == 0:
            os.dup2(listening.fileno(), 3)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web", NOTIFY_SOCKET=place + "/notify")
            os.execv(sys.argv[1], sys.argv[1:])
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told.setblocking(False)
        try:
            print("told", told.recv(100).decode(), flush=True)
        except BlockingIOError:
            print("told nothing", flush=True)
        os.unlink(place + "/notify")
        os.rmdir(place)
        sys.exit(code)
        """;

    [Test]
    [Arguments("2", "--init=true")]
    [Arguments("1", "--init=false")]
    public async Task It_gets_the_sockets_to_listen_on(string pid, string init) =>
        await Assert.That((await Run("echo $LISTEN_FDS $LISTEN_PID $LISTEN_FDNAMES; readlink /proc/self/fd/3 | cut -d: -f1", init)).Output).StartsWith($"1 {pid} web\nsocket\n");

    [Test]
    public async Task The_variables_of_another_process_are_not_its_own()
    {
        CommandResult result = await Inside.Host("LISTEN_FDS=1 LISTEN_PID=1 \"$@\" 3</dev/null", [], "sh", "-c", "echo ${LISTEN_FDS-none}; ls /proc/self/fd | wc -l");
        await Assert.That(result.Output).IsEqualTo("none\n4\n");
    }

    /// <summary>The image's program for datagrams to a socket writes to /dev/log.</summary>
    [Test]
    public async Task It_says_that_it_is_ready() =>
        await Assert.That((await Run("ln -s $NOTIFY_SOCKET /dev/log; logger READY=1", "--notify")).Output).EndsWith("READY=1\n");

    [Test]
    public async Task Without_the_option_it_knows_of_no_manager() =>
        await Assert.That((await Run("echo ${NOTIFY_SOCKET-none}; ls /run")).Output).IsEqualTo("none\ntold nothing\n");

    private static Task<CommandResult> Run(string script, params string[] options) =>
        Command.Run("python3", ["-c", Manager, Repository.Executable, .. Inside.Words(options), "sh", "-c", script]);
}
