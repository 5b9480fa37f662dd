package dev.stoa.turn;

/** What a user has of the server now. */
final class User {
    final String name;
    final Rate rate;
    int allocations;

    User(String name, Rate rate) {
        this.name = name;
        this.rate = rate;
    }
}
