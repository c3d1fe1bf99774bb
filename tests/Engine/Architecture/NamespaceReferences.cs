using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace KernelMagnifier.Engine.Tests.Architecture;

/// <summary>
/// The references between the namespaces of an assembly, read from its metadata and its IL: base types, interfaces, fields, signatures
/// and every token in a method body. Attributes are not read. Constants leave no trace in IL, so a use of a constant alone is not a reference.
/// </summary>
internal sealed class NamespaceReferences
{
    private static readonly OpCode[] OneByte = new OpCode[256], TwoBytes = new OpCode[256];

    private readonly MetadataReader _metadata;
    private readonly PEReader _image;
    private readonly Dictionary<(string From, string To), SortedSet<string>> _arrows = [];

    static NamespaceReferences()
    {
        foreach (var field in typeof(OpCodes).GetFields())
            if (field.GetValue(null) is OpCode code)
                (code.Size == 1 ? OneByte : TwoBytes)[code.Value & 0xFF] = code;
    }

    private NamespaceReferences(PEReader image) => (_image, _metadata) = (image, image.GetMetadataReader());

    /// <summary>Reads an assembly.</summary>
    /// <returns>For each pair of namespaces of the assembly, the types that make the reference, as <c>From -> To</c>.</returns>
    public static IReadOnlyDictionary<(string From, string To), SortedSet<string>> Of(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var references = new NamespaceReferences(image);
        foreach (var handle in references._metadata.TypeDefinitions) references.Read(handle);
        return references._arrows;
    }

    private void Read(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        Refer(handle, type.BaseType);
        foreach (var one in type.GetInterfaceImplementations()) Refer(handle, _metadata.GetInterfaceImplementation(one).Interface);
        foreach (var one in type.GetFields()) Refer(handle, _metadata.GetFieldDefinition(one).DecodeSignature(Signatures.One, null));
        foreach (var one in type.GetMethods()) Read(handle, _metadata.GetMethodDefinition(one));
        foreach (var one in type.GetGenericParameters().SelectMany(p => _metadata.GetGenericParameter(p).GetConstraints()))
            Refer(handle, _metadata.GetGenericParameterConstraint(one).Type);
    }

    private void Read(TypeDefinitionHandle from, MethodDefinition method)
    {
        Refer(from, method.DecodeSignature(Signatures.One, null));
        if (method.RelativeVirtualAddress == 0) return;
        var body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            foreach (var local in _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(Signatures.One, null))
                Refer(from, local);
        foreach (var region in body.ExceptionRegions) Refer(from, region.CatchType);
        foreach (var token in Tokens(body.GetILContent())) Refer(from, token);
    }

    private static IEnumerable<EntityHandle> Tokens(ImmutableArray<byte> il)
    {
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? TwoBytes[il[at + 1]] : OneByte[il[at]];
            at += code.Size;
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return MetadataTokens.EntityHandle(BitConverter.ToInt32(il.AsSpan(at, 4)));
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + BitConverter.ToInt32(il.AsSpan(at, 4)) * 4;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at++;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }

    private void Refer(TypeDefinitionHandle from, MethodSignature<ImmutableArray<EntityHandle>> signature)
    {
        Refer(from, signature.ReturnType);
        foreach (var parameter in signature.ParameterTypes) Refer(from, parameter);
    }

    private void Refer(TypeDefinitionHandle from, ImmutableArray<EntityHandle> types)
    {
        foreach (var type in types) Refer(from, type);
    }

    private void Refer(TypeDefinitionHandle from, EntityHandle to)
    {
        if (to.IsNil) return;
        switch (to.Kind)
        {
            case HandleKind.TypeDefinition:
                Add(from, (TypeDefinitionHandle)to);
                break;
            case HandleKind.TypeSpecification:
                Refer(from, _metadata.GetTypeSpecification((TypeSpecificationHandle)to).DecodeSignature(Signatures.One, null));
                break;
            case HandleKind.MethodDefinition:
                Add(from, _metadata.GetMethodDefinition((MethodDefinitionHandle)to).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(from, _metadata.GetFieldDefinition((FieldDefinitionHandle)to).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Refer(from, _metadata.GetMemberReference((MemberReferenceHandle)to).Parent);
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)to);
                Refer(from, generic.Method);
                foreach (var argument in generic.DecodeSignature(Signatures.One, null)) Refer(from, argument);
                break;
        }
    }

    private void Add(TypeDefinitionHandle from, TypeDefinitionHandle to)
    {
        var (source, target) = (Outermost(from), Outermost(to));
        if (source.Namespace == target.Namespace || source.Namespace.Length == 0 || target.Namespace.Length == 0) return;
        if (!_arrows.TryGetValue((source.Namespace, target.Namespace), out var types)) _arrows.Add((source.Namespace, target.Namespace), types = []);
        types.Add($"{source.Name} -> {target.Name}");
    }

    private (string Namespace, string Name) Outermost(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        while (type.IsNested) type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        return (_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    /// <summary>Decodes a signature to the types of this assembly that it names.</summary>
    private sealed class Signatures : ISignatureTypeProvider<ImmutableArray<EntityHandle>, object?>
    {
        public static readonly Signatures One = new();

        public ImmutableArray<EntityHandle> GetArrayType(ImmutableArray<EntityHandle> element, ArrayShape shape) => element;

        public ImmutableArray<EntityHandle> GetByReferenceType(ImmutableArray<EntityHandle> element) => element;

        public ImmutableArray<EntityHandle> GetFunctionPointerType(MethodSignature<ImmutableArray<EntityHandle>> signature)
            => [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(p => p)];

        public ImmutableArray<EntityHandle> GetGenericInstantiation(ImmutableArray<EntityHandle> generic, ImmutableArray<ImmutableArray<EntityHandle>> arguments)
            => [.. generic, .. arguments.SelectMany(a => a)];

        public ImmutableArray<EntityHandle> GetGenericMethodParameter(object? context, int index) => [];

        public ImmutableArray<EntityHandle> GetGenericTypeParameter(object? context, int index) => [];

        public ImmutableArray<EntityHandle> GetModifiedType(ImmutableArray<EntityHandle> modifier, ImmutableArray<EntityHandle> unmodified, bool isRequired) => unmodified;

        public ImmutableArray<EntityHandle> GetPinnedType(ImmutableArray<EntityHandle> element) => element;

        public ImmutableArray<EntityHandle> GetPointerType(ImmutableArray<EntityHandle> element) => element;

        public ImmutableArray<EntityHandle> GetPrimitiveType(PrimitiveTypeCode code) => [];

        public ImmutableArray<EntityHandle> GetSZArrayType(ImmutableArray<EntityHandle> element) => element;

        public ImmutableArray<EntityHandle> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawKind) => [handle];

        public ImmutableArray<EntityHandle> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawKind) => [];

        public ImmutableArray<EntityHandle> GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawKind)
            => reader.GetTypeSpecification(handle).DecodeSignature(this, context);
    }
}
