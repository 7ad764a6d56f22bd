namespace Sandbox.Tests.Syscalls;

/// <summary>Every number and every layout that the product shares with the kernel is the one of the C headers.</summary>
public class HeaderTests
{
    /// <summary>
    /// Names that Linux 6.1's headers, the oldest that the product is built with, do not have yet, with their values from
    /// the named file of Linux 6.17. Newer headers are asked all the same.
    /// </summary>
    private static readonly Dictionary<string, ulong> NewerThanHeaders = new()
    {
        // arch/x86/entry/syscalls/syscall_64.tbl
        ["__NR_cachestat"] = 451,
        ["__NR_fchmodat2"] = 452,
        ["__NR_map_shadow_stack"] = 453,
        ["__NR_futex_wake"] = 454,
        ["__NR_futex_wait"] = 455,
        ["__NR_futex_requeue"] = 456,
        ["__NR_statmount"] = 457,
        ["__NR_listmount"] = 458,
        ["__NR_lsm_get_self_attr"] = 459,
        ["__NR_lsm_set_self_attr"] = 460,
        ["__NR_lsm_list_modules"] = 461,
        ["__NR_mseal"] = 462,
        ["__NR_setxattrat"] = 463,
        ["__NR_getxattrat"] = 464,
        ["__NR_listxattrat"] = 465,
        ["__NR_removexattrat"] = 466,
        ["__NR_open_tree_attr"] = 467,
        ["__NR_file_getattr"] = 468,
        ["__NR_file_setattr"] = 469,

        // include/uapi/linux/nsfs.h
        ["USER_NS_INIT_INO"] = 0xEFFFFFFD,

        // include/uapi/asm-generic/socket.h
        ["SO_PEERPIDFD"] = 77,

        // include/uapi/linux/mempolicy.h
        ["MPOL_WEIGHTED_INTERLEAVE"] = 6,
    };

    [Test]
    public async Task No_constant_differs_from_the_headers() =>
        await Assert.That(await Differences(KernelConstants.All)).IsEmpty();

    [Test]
    public async Task No_constant_of_the_kernel_goes_unchecked()
    {
        await Assert.That(KernelConstants.Unchecked).IsEmpty();
        await Assert.That(KernelConstants.All).Contains(constant => constant.Expression == "O_RDONLY");
        await Assert.That(KernelConstants.All).Contains(constant => constant.Expression == "__NR_openat2");
    }

    [Test]
    public async Task A_wrong_constant_is_found() =>
        await Assert.That(await Differences([new KernelConstant("OpenFlags.O_PATH", 0x100000, 4, "O_PATH")]))
            .IsEquivalentTo(["OpenFlags.O_PATH is 0x100000, O_PATH is 0x200000"]);

    [Test]
    public async Task No_structure_lies_otherwise_than_in_the_headers()
    {
        await Assert.That(await Layouts(HeaderProbe.OfLibc, KernelStructure.OfLibc)).IsEmpty();
        await Assert.That(await Layouts(HeaderProbe.OfKernel, KernelStructure.OfKernel)).IsEmpty();
    }

    [Test]
    public async Task No_structure_of_the_kernel_goes_unchecked() =>
        await Assert.That(KernelStructure.Declared.Select(type => type.Name)
            .Except(KernelStructure.OfLibc.Concat(KernelStructure.OfKernel).Select(structure => structure.Name))
            // The .NET runtime's own form of z_stream, which no header declares.
            .Except(["ZlibStream"])).IsEmpty();

    [Test]
    public async Task A_wrong_layout_is_found() =>
        await Assert.That(await Layouts(HeaderProbe.OfLibc, [new KernelStructure("OpenHow", "struct open_how", ["mode", "flags", "resolve"])]))
            .IsEquivalentTo(["OpenHow.Flags: mode at 8, size 8", "OpenHow.Mode: flags at 0, size 8"]);

    private static async Task<string[]> Differences(IReadOnlyList<KernelConstant> constants)
    {
        string[] answers = await HeaderProbe.Ask(HeaderProbe.OfLibc, constants.Select(StatementFor));
        return
        [
            .. constants.Zip(answers, (constant, answer) => (constant, value: constant.Bits(ulong.Parse(answer))))
                .Where(pair => pair.value != pair.constant.Value)
                .Select(pair => $"{pair.constant.Place} is 0x{pair.constant.Value:x}, {pair.constant.Expression} is 0x{pair.value:x}"),
        ];
    }

    private static string StatementFor(KernelConstant constant)
    {
        string print = $"printf(\"%llu\\n\", (unsigned long long)({constant.Expression}));";
        return NewerThanHeaders.TryGetValue(constant.Expression, out ulong known)
            ? $"#ifdef {constant.Expression}\n{print}\n#else\nprintf(\"{known}\\n\");\n#endif"
            : print;
    }

    /// <summary>What C has otherwise than the product, in C's version.</summary>
    private static async Task<string[]> Layouts(string headers, IReadOnlyList<KernelStructure> structures)
    {
        string[] answers = await HeaderProbe.Ask(headers, structures.SelectMany(structure => structure.Statements()));
        return [.. answers.Except(structures.SelectMany(structure => structure.Layout()))];
    }
}
