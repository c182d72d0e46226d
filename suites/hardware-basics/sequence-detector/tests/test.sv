`timescale 1 ps/1 ps

// The sequence, overlaps, near misses, resets just before the end, every 8-bit pattern after a reset,
// then a random walk.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_z;
        int errortime_z;
        int errors_seen;
        int errortime_seen;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic areset;
    logic x;
    logic z_ref;
    logic z_dut;
    logic seen_ref;
    logic seen_dut;

    RefModule good1 (
        .clk(clk),
        .areset(areset),
        .x(x),
        .z(z_ref),
        .seen(seen_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .areset(areset),
        .x(x),
        .z(z_dut),
        .seen(seen_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 37440;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task send(input int length, input [31:0] bits);
        for (int i = length - 1; i >= 0; i--) begin
            x = bits[i];
            @(negedge clk);
        end
    endtask
    task restart;
        areset = 1;
        #2 areset = 0;
    endtask
    initial begin
        areset = 1; x = 1;
        repeat (2) @(negedge clk);
        areset = 0;
        send(7, 7'b1011011);
        restart;
        send(10, 10'b1010110111);
        restart;
        send(3, 3'b101);
        restart;
        send(4, 4'b1011);
        // z follows x in the middle of a cycle.
        restart;
        send(3, 3'b101);
        x = 0;
        @(posedge clk) #1 x = 1;
        #2 x = 0;
        @(negedge clk);
        for (int i = 0; i < 256; i++) begin
            areset = 1;
            @(negedge clk) areset = 0;
            send(8, i);
        end
        repeat (2000) @(negedge clk) begin
            x = pick(3) != 0;
            areset = pick(50) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {z_ref, seen_ref} === ({z_ref, seen_ref} ^ {z_dut, seen_dut} ^ {z_ref, seen_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (z_ref !== (z_ref ^ z_dut ^ z_ref)) begin
            if (stats1.errors_z == 0) stats1.errortime_z = $time;
            stats1.errors_z++;
        end
        if (seen_ref !== (seen_ref ^ seen_dut ^ seen_ref)) begin
            if (stats1.errors_seen == 0) stats1.errortime_seen = $time;
            stats1.errors_seen++;
        end
    end

    final begin
        if (stats1.errors_z) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "z", stats1.errors_z, stats1.errortime_z);
        else $display("Hint: Output '%s' has no mismatches.", "z");
        if (stats1.errors_seen) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "seen", stats1.errors_seen, stats1.errortime_seen);
        else $display("Hint: Output '%s' has no mismatches.", "seen");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
