package dev.stoa.turn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.turn.OwnAddresses.RelayAddress;
import dev.stoa.wire.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TurnServerTest {
    private static final TransportAddress PEER = TransportAddress.of("11.9.9.9", 5000);
    private static final TransportAddress PEER_IPV6 = TransportAddress.of("2a0e:5700::9", 5000);
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    private static final int CHANNEL = 0x4000;

    private final TurnNet net = new TurnNet();
    private final TurnClient client = new TurnClient(net, "11.1.1.1", 4000);

    @Test
    void tellsAClientItsAddressInAtMost48Bytes() {
        for (var address : List.of("11.1.1.1", "2a0e:5700::5")) {
            var asking = new TurnClient(net, address, 4000);
            var answers = net.fromClient(asking.address, TurnClient.unsigned(StunMethod.BINDING, _ -> {}));
            var bytes = answers.getFirst().bytes();
            assertEquals(asking.address, TurnNet.message(bytes).xorAddress(StunAttribute.XOR_MAPPED_ADDRESS));
            assertTrue(bytes.length <= 48, bytes.length + " bytes");
        }
    }

    @Test
    void challengesInAtMost120BytesHoweverLongTheRealmIs() {
        var realm = "r".repeat(TurnSettings.MAX_REALM_BYTES);
        var settings = new TurnSettings(realm, TurnNet.own(), List.of(), List.of(), TurnSettings.Limits.DEFAULT);
        for (var secrets : List.of(List.<String>of(), List.of("s"))) {
            var answers = new TurnNet(settings, secrets)
                    .fromClient(client.address, TurnClient.unsigned(StunMethod.ALLOCATE, TurnClient.transport()));
            var bytes = answers.getFirst().bytes();
            assertEquals(401, TurnNet.message(bytes).errorCode());
            assertTrue(bytes.length <= 120, bytes.length + " bytes");
        }
    }

    @Test
    void aChallengeLeavesNoState() {
        client.challenge();
        assertTrue(net.server.allocations().isEmpty());
        assertTrue(net.open.isEmpty());
        assertEquals(TurnServer.NEVER, net.server.nextTimeout());
    }

    @Test
    void relaysByIndicationsBothWays() {
        var relayed = client.allocate();
        assertEquals(0, client.permit(PEER));
        var toPeer = client.send(PEER, HELLO).getFirst();
        assertEquals(PEER, toPeer.to());
        assertArrayEquals(HELLO, toPeer.bytes());
        assertEquals(relayed, net.open.get(toPeer.local()));

        var toClient = net.fromPeer(PEER, relayed, HELLO).getFirst();
        assertEquals(client.address, toClient.to());
        assertEquals(TurnNet.LISTENER, toClient.local());
        var data = TurnNet.message(toClient.bytes());
        assertEquals(StunMethod.DATA, data.method());
        assertEquals(PEER, data.xorAddress(StunAttribute.XOR_PEER_ADDRESS));
        assertArrayEquals(HELLO, data.bytes(StunAttribute.DATA));
    }

    @Test
    void relaysByChannelBothWays() {
        var relayed = client.allocate();
        assertEquals(0, client.bind(CHANNEL, PEER));
        var toPeer = client.sendByChannel(CHANNEL, HELLO).getFirst();
        assertEquals(PEER, toPeer.to());
        assertArrayEquals(HELLO, toPeer.bytes());
        var toClient = net.fromPeer(PEER, relayed, HELLO).getFirst();
        assertArrayEquals(TurnClient.channelData(CHANNEL, HELLO), toClient.bytes());
        // Another port of that peer has the permission, not the channel.
        var other = net.fromPeer(PEER.withPort(1), relayed, HELLO).getFirst();
        assertEquals(StunMethod.DATA, TurnNet.message(other.bytes()).method());
    }

    @Test
    void relaysNothingWithoutPermission() {
        var relayed = client.allocate();
        assertEquals(List.of(), client.send(PEER, HELLO));
        assertEquals(List.of(), net.fromPeer(PEER, relayed, HELLO));
        assertEquals(List.of(), client.sendByChannel(CHANNEL, HELLO));
        client.permit(PEER);
        assertEquals(List.of(), net.fromPeer(TransportAddress.of("11.9.9.8", 5000), relayed, HELLO));
        assertEquals(3, net.count(TurnCounters.Kind.DROPPED_NO_PERMISSION));
    }

    @Test
    void aPermissionEndsAfterFiveMinutesAndTheChannelWithItUntilItIsRefreshed() {
        var relayed = client.allocate();
        client.bind(CHANNEL, PEER);
        net.advance(299);
        assertEquals(1, client.sendByChannel(CHANNEL, HELLO).size());
        net.advance(2);
        assertEquals(List.of(), client.sendByChannel(CHANNEL, HELLO));
        assertEquals(List.of(), net.fromPeer(PEER, relayed, HELLO));
        client.permit(PEER);
        assertEquals(1, client.sendByChannel(CHANNEL, HELLO).size());
        assertArrayEquals(
                TurnClient.channelData(CHANNEL, HELLO),
                net.fromPeer(PEER, relayed, HELLO).getFirst().bytes());
    }

    @Test
    void aChannelEndsAfterTenMinutesAndCanThenBeBoundAnew() {
        client.allocate();
        client.refresh(3600);
        client.bind(CHANNEL, PEER);
        var other = TransportAddress.of("11.9.9.8", 1);
        assertEquals(400, client.bind(CHANNEL, other));
        assertEquals(400, client.bind(CHANNEL + 1, PEER));
        net.advance(601);
        client.challenge();
        assertEquals(0, client.bind(CHANNEL, other));
        assertEquals(other, client.sendByChannel(CHANNEL, HELLO).getFirst().to());
    }

    @Test
    void channelsHaveNumbersOfTheirOwn() {
        client.allocate();
        assertEquals(400, client.bind(0x3FFF, PEER));
        assertEquals(400, client.bind(0x8000, PEER));
        assertEquals(0, client.bind(0x7FFF, PEER));
    }

    @Test
    void anAllocationEndsWhenItIsNotRefreshed() {
        client.allocate();
        net.advance(599);
        assertEquals(1, net.open.size());
        net.advance(2);
        assertTrue(net.open.isEmpty());
        assertEquals(437, TurnClient.code(client.challenge().refresh(600)));
        assertEquals(TurnServer.NEVER, net.server.nextTimeout());
    }

    @Test
    void aRefreshGivesBetweenTenMinutesAndTheLimitAndZeroEndsIt() {
        client.allocate();
        assertEquals(600, client.refresh(1).u32(StunAttribute.LIFETIME));
        assertEquals(3600, client.refresh(100_000).u32(StunAttribute.LIFETIME));
        assertEquals(1800, client.refresh(1800).u32(StunAttribute.LIFETIME));
        assertEquals(0, client.refresh(0).u32(StunAttribute.LIFETIME));
        assertTrue(net.open.isEmpty());
        assertEquals(437, client.permit(PEER));
    }

    @Test
    void theSameRequestAgainIsAnsweredAgainAndAnotherOneIsRefused() {
        client.challenge();
        var request = client.signed(StunMethod.ALLOCATE, TurnClient.transport());
        var first = net.fromClient(client.address, request).getFirst();
        var again = net.fromClient(client.address, request).getFirst();
        assertArrayEquals(first.bytes(), again.bytes());
        assertEquals(1, net.open.size());
        assertEquals(437, client.allocateWith(_ -> {}).errorCode());
    }

    @Test
    void onlyTheOwnerUsesAnAllocation() {
        client.allocate();
        client.as("bob", "builder");
        assertEquals(441, client.permit(PEER));
        assertEquals(441, client.refresh(0).errorCode());
        assertEquals(1, net.open.size());
    }

    @Test
    void wrongCredentialsAreChallengedAgain() {
        client.challenge();
        assertEquals(401, client.as(TurnNet.USER, "wrong").allocateWith(_ -> {}).errorCode());
        assertEquals(401, client.as("nobody", "x").allocateWith(_ -> {}).errorCode());
        assertTrue(net.open.isEmpty());
    }

    @Test
    void aNonceIsGoodForOneAddressAndTenMinutes() {
        client.challenge();
        var thief = new TurnClient(net, "11.1.1.2", 4000);
        thief.nonce = client.nonce;
        assertEquals(438, thief.allocateWith(_ -> {}).errorCode());
        net.advance(602);
        var stale = client.allocateWith(_ -> {});
        assertEquals(438, stale.errorCode());
        client.nonce = String.valueOf(stale.text(StunAttribute.NONCE));
        assertNotNull(client.allocateWith(_ -> {}).xorAddress(StunAttribute.XOR_RELAYED_ADDRESS));
    }

    @Test
    void aNonceWithPaddingInPlaceOfItsEndIsForeign() {
        client.challenge();
        int length = client.nonce.length();
        for (var end : List.of("=", "==")) {
            client.nonce = client.nonce.substring(0, length - end.length()) + end;
            assertEquals(438, client.allocateWith(_ -> {}).errorCode());
        }
    }

    @Test
    void sha256AndHiddenNamesAreUnderstood() {
        var named = new TurnNet(TurnNet.settings(TurnSettings.Limits.DEFAULT, TurnNet.own()), List.of());
        var modern = new TurnClient(named, "11.1.1.1", 4000);
        modern.sha256 = true;
        modern.hidesName = true;
        assertEquals(TurnNet.SERVER.withPort(0), modern.allocate().withPort(0));
        assertEquals(0, modern.permit(PEER));
        assertTrue(modern.nonce.startsWith("obMatJos2AAAD"), modern.nonce);
        assertTrue(client.challenge().nonce.startsWith("obMatJos2AAAB"), client.nonce);
    }

    @Test
    void anOfferOfAlgorithmsThatWasTamperedWithIsRefused() {
        client.challenge();
        var answer = client.request(
                StunMethod.ALLOCATE,
                TurnClient.transport()
                        .andThen(writer -> writer.bytes(StunAttribute.PASSWORD_ALGORITHMS, new byte[] {0, 1, 0, 0})
                                .u32(StunAttribute.PASSWORD_ALGORITHM, 1L << 16)));
        assertEquals(400, answer.errorCode());
    }

    @Test
    void timeLimitedCredentialsOfEachSecretAreGoodUntilTheirTime() {
        for (var secret : List.of(TurnNet.SECRET, TurnNet.OLD_SECRET)) {
            var credential = Credentials.timeLimited(secret, TurnNet.EPOCH_SECONDS + 200, "joe");
            var guest = new TurnClient(net, "11.1.1.1", secret.equals(TurnNet.SECRET) ? 1 : 2)
                    .as(credential.username(), credential.password());
            assertNotNull(guest.allocate());
        }
        var over = Credentials.timeLimited(TurnNet.SECRET, TurnNet.EPOCH_SECONDS + 99, "joe");
        client.challenge().as(over.username(), over.password());
        assertEquals(401, client.allocateWith(_ -> {}).errorCode());
        var foreign = Credentials.timeLimited("other", TurnNet.EPOCH_SECONDS + 500, "joe");
        client.as(foreign.username(), foreign.password());
        assertEquals(401, client.allocateWith(_ -> {}).errorCode());
    }

    @Test
    void whoIsInACallGoesOnThoughTheCredentialHasExpired() {
        var credential = Credentials.timeLimited(TurnNet.SECRET, TurnNet.EPOCH_SECONDS + 200, "joe");
        client.as(credential.username(), credential.password()).allocate();
        net.advance(400);
        assertEquals(600, client.refresh(600).u32(StunAttribute.LIFETIME));
    }

    @Test
    void ipv6AndBothAtOnceAreGivenWhenAsked() {
        var ipv6 = new TurnClient(net, "11.1.1.1", 1).challenge().allocateWith(family(2));
        assertFalse(relayed(ipv6, 0).isIpv4());
        var both = client.challenge()
                .allocateWith(writer -> writer.u32(StunAttribute.ADDITIONAL_ADDRESS_FAMILY, 2L << 24));
        assertTrue(relayed(both, 0).isIpv4());
        assertFalse(relayed(both, 1).isIpv4());
        assertEquals(0, client.permit(PEER, PEER_IPV6));
        assertEquals(PEER_IPV6, client.send(PEER_IPV6, HELLO).getFirst().to());
        assertEquals(1, net.fromPeer(PEER_IPV6, relayed(both, 1), HELLO).size());
        // One of the two can be given up.
        client.request(
                StunMethod.REFRESH,
                writer -> writer.u32(StunAttribute.LIFETIME, 0).u32(StunAttribute.REQUESTED_ADDRESS_FAMILY, 2L << 24));
        assertEquals(443, client.permit(PEER_IPV6));
        assertEquals(0, client.permit(PEER));
        assertEquals(2, net.open.size());
    }

    @Test
    void aFamilyThatIsNotThereIsRefusedOrLeftOut() {
        var own = new OwnAddresses(
                List.of(TurnNet.SERVER), List.of(), List.of(new RelayAddress(TurnNet.SERVER, TurnNet.SERVER)));
        var only4 = new TurnNet(TurnNet.settings(TurnSettings.Limits.DEFAULT, own), List.of());
        var guest = new TurnClient(only4, "11.1.1.1", 1).challenge();
        assertEquals(440, guest.allocateWith(family(2)).errorCode());
        assertEquals(440, guest.allocateWith(family(7)).errorCode());
        var both = guest.allocateWith(writer -> writer.u32(StunAttribute.ADDITIONAL_ADDRESS_FAMILY, 2L << 24));
        assertTrue(relayed(both, 0).isIpv4());
        assertEquals(0x0200_0428L, both.u32(StunAttribute.ADDRESS_ERROR_CODE));
    }

    @Test
    void anEvenPortAndTheOneBehindItCanBeHad() {
        var even = client.challenge().allocateWith(writer -> writer.bytes(StunAttribute.EVEN_PORT, new byte[] {-128}));
        int port = relayed(even, 0).port();
        assertEquals(0, port % 2);
        assertEquals(2, net.open.size());
        long token = even.i64(StunAttribute.RESERVATION_TOKEN);
        var next = new TurnClient(net, "11.1.1.1", 4001);
        var reserved = next.challenge().allocateWith(writer -> writer.i64(StunAttribute.RESERVATION_TOKEN, token));
        assertEquals(port + 1, relayed(reserved, 0).port());
        var again = new TurnClient(net, "11.1.1.1", 4002);
        var taken = again.challenge().allocateWith(writer -> writer.i64(StunAttribute.RESERVATION_TOKEN, token));
        assertEquals(508, taken.errorCode());
    }

    @Test
    void aReservationThatNobodyTakesIsGivenUp() {
        client.challenge().allocateWith(writer -> writer.bytes(StunAttribute.EVEN_PORT, new byte[] {-128}));
        client.refresh(0);
        assertEquals(1, net.open.size());
        net.advance(31);
        assertTrue(net.open.isEmpty());
    }

    @Test
    void attributesThatAreMissingOrContradictEachOtherAreRefused() {
        client.challenge();
        assertEquals(400, client.request(StunMethod.ALLOCATE, _ -> {}).errorCode());
        var tcp =
                client.request(StunMethod.ALLOCATE, writer -> writer.u32(StunAttribute.REQUESTED_TRANSPORT, 6L << 24));
        assertEquals(442, tcp.errorCode());
        var both = client.allocateWith(writer -> writer.u32(StunAttribute.REQUESTED_ADDRESS_FAMILY, 1L << 24)
                .u32(StunAttribute.ADDITIONAL_ADDRESS_FAMILY, 2L << 24));
        assertEquals(400, both.errorCode());
        var reserved = client.allocateWith(writer ->
                writer.i64(StunAttribute.RESERVATION_TOKEN, 1).bytes(StunAttribute.EVEN_PORT, new byte[] {0}));
        assertEquals(400, reserved.errorCode());
        var unknown = client.allocateWith(writer -> writer.u32(0x7ABC, 1));
        assertEquals(420, unknown.errorCode());
        assertArrayEquals(new byte[] {0x7A, (byte) 0xBC}, unknown.bytes(StunAttribute.UNKNOWN_ATTRIBUTES));
        var whole = client.allocateWith(writer -> writer.flag(StunAttribute.DONT_FRAGMENT));
        assertArrayEquals(new byte[] {0, StunAttribute.DONT_FRAGMENT}, whole.bytes(StunAttribute.UNKNOWN_ATTRIBUTES));
        assertTrue(net.open.isEmpty());
    }

    @Test
    void aUserAndAllUsersTogetherHaveALimit() {
        var limited = new TurnNet(TurnNet.limits(50_000, 50_100, 3, 2));
        for (int i = 0; i < 2; i++) {
            new TurnClient(limited, "11.1.1.1", i + 1).allocate();
        }
        assertEquals(
                486,
                new TurnClient(limited, "11.1.1.1", 3)
                        .challenge()
                        .allocateWith(_ -> {})
                        .errorCode());
        new TurnClient(limited, "11.1.1.1", 4).as("bob", "builder").allocate();
        var full = new TurnClient(limited, "11.1.1.1", 5).as("bob", "builder").challenge();
        assertEquals(508, full.allocateWith(_ -> {}).errorCode());
    }

    @Test
    void portsOfOthersAreLeftAloneAndNoneIsGivenTwice() {
        var few = new TurnNet(TurnNet.limits(50_000, 50_003, 10, 10));
        few.foreign.add(50_001);
        for (int i = 0; i < 3; i++) {
            assertNotEquals(
                    50_001, new TurnClient(few, "11.1.1.1", i + 1).allocate().port());
        }
        assertEquals(
                508,
                new TurnClient(few, "11.1.1.1", 9)
                        .challenge()
                        .allocateWith(_ -> {})
                        .errorCode());
    }

    @Test
    void whatIsAboveTheUsersBitrateIsDropped() {
        var slow = new TurnNet(new TurnSettings.Limits(50_000, 50_100, 9, 9, 0, 80_000, 600));
        var guest = new TurnClient(slow, "11.1.1.1", 1);
        guest.allocate();
        guest.bind(CHANNEL, PEER);
        int passed = 0;
        for (int i = 0; i < 100; i++) {
            passed += guest.sendByChannel(CHANNEL, new byte[1000]).size();
            slow.now += 20_000_000;
        }
        // A second's 10 000 bytes at once, then as many in each of the two seconds.
        assertEquals(29, passed, 1);
    }

    @Test
    void peersThatAreNotPublicAreRefused() {
        client.allocate();
        for (var peer : List.of("127.0.0.1", "192.168.1.1", "169.254.169.254")) {
            assertEquals(403, client.permit(PEER, TransportAddress.of(peer, 80)));
            assertEquals(403, client.bind(CHANNEL, TransportAddress.of(peer, 80)));
        }
        // All or none.
        assertEquals(List.of(), client.send(PEER, HELLO));
    }

    @Test
    void ofItsOwnAddressOnlyRelaysAndMediaAreReached() {
        var relayed = client.allocate();
        var other = new TurnClient(net, "11.1.1.2", 1);
        var otherRelayed = other.allocate();
        assertEquals(0, client.permit(otherRelayed));
        assertEquals(otherRelayed, client.send(otherRelayed, HELLO).getFirst().to());
        assertEquals(1, client.send(TurnNet.SERVER.withPort(7881), HELLO).size());
        assertEquals(List.of(), client.send(TurnNet.SERVER.withPort(22), HELLO));
        assertEquals(List.of(), client.send(TurnNet.SERVER, HELLO));
        assertEquals(0, client.bind(CHANNEL, otherRelayed));
        assertEquals(1, client.sendByChannel(CHANNEL, HELLO).size());
        other.refresh(0);
        assertEquals(List.of(), client.sendByChannel(CHANNEL, HELLO));
        assertEquals(List.of(), net.fromPeer(TurnNet.SERVER.withPort(22), relayed, HELLO));
    }

    @Test
    void behindOneToOneTranslationRelaysReachEachOtherWithin() {
        var inner = TransportAddress.of("10.0.0.5", 0);
        var outer = TransportAddress.of("11.5.5.5", 0);
        var own = new OwnAddresses(List.of(inner), List.of(), List.of(new RelayAddress(inner, outer)));
        var cloud = new TurnNet(TurnNet.settings(TurnSettings.Limits.DEFAULT, own), List.of());
        var one = new TurnClient(cloud, "11.1.1.1", 1);
        var two = new TurnClient(cloud, "11.1.1.1", 2);
        var oneRelayed = one.allocate();
        var twoRelayed = two.allocate();
        assertEquals("11.5.5.5", oneRelayed.host());
        one.bind(CHANNEL, twoRelayed);
        two.bind(CHANNEL, oneRelayed);
        var within = one.sendByChannel(CHANNEL, HELLO).getFirst();
        assertEquals(inner.withPort(twoRelayed.port()), within.to());
        var from = inner.withPort(oneRelayed.port());
        var arrived = cloud.fromPeer(from, within.to(), HELLO).getFirst();
        assertArrayEquals(TurnClient.channelData(CHANNEL, HELLO), arrived.bytes());
    }

    @Test
    void nothingThatIsMalformedIsAnsweredOrRelayed() {
        client.allocate();
        client.bind(CHANNEL, PEER);
        net.sent.clear();
        net.fromClient(client.address, new byte[] {0x40, 0, 0, 9, 1});
        net.fromClient(client.address, new byte[] {0x40});
        net.fromClient(client.address, new byte[] {0x40, 0, 0, 0});
        net.fromClient(client.address, new byte[] {1});
        net.fromClient(client.address, new byte[] {-1, 0, 0, 0, 0});
        var truncated = TurnClient.sendIndication(PEER, HELLO);
        net.fromClient(client.address, Arrays.copyOf(truncated, truncated.length - 4));
        assertEquals(List.of(), net.sent);
    }

    private static Consumer<StunWriter> family(long family) {
        return writer -> writer.u32(StunAttribute.REQUESTED_ADDRESS_FAMILY, family << 24);
    }

    private static TransportAddress relayed(StunMessage answer, int index) {
        var addresses = answer.xorAddresses(StunAttribute.XOR_RELAYED_ADDRESS);
        assertTrue(addresses.size() > index, () -> "error " + answer.errorCode());
        return Objects.requireNonNull(addresses.get(index));
    }
}
