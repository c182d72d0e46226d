`timescale 1 ps/1 ps

// Load, walk a one and a zero both ways, then a random run; the reset comes between the edges too.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_q;
        int errortime_q;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic areset;
    logic [1:0] mode;
    logic serial;
    logic [7:0] d;
    logic [7:0] q_ref;
    logic [7:0] q_dut;

    RefModule good1 (
        .clk(clk),
        .areset(areset),
        .mode(mode),
        .serial(serial),
        .d(d),
        .q(q_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .areset(areset),
        .mode(mode),
        .serial(serial),
        .d(d),
        .q(q_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 30064;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        areset = 1; mode = 0; serial = 0; d = 8'h00;
        @(negedge clk);
        @(negedge clk) areset = 0; mode = 3; d = 8'h81;
        @(negedge clk) mode = 1;
        repeat (9) @(negedge clk) serial = ~serial;
        mode = 3; d = 8'h7e;
        @(negedge clk) mode = 2;
        repeat (9) @(negedge clk) serial = ~serial;
        mode = 3; d = 8'hff;
        @(negedge clk);
        // A pulse that no rising edge sees.
        areset = 1;
        #2 areset = 0; mode = 0;
        repeat (2) @(negedge clk);
        repeat (1000) @(negedge clk) begin
            {mode, serial, d} = $random(seed);
            areset = pick(16) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {q_ref} === ({q_ref} ^ {q_dut} ^ {q_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (q_ref !== (q_ref ^ q_dut ^ q_ref)) begin
            if (stats1.errors_q == 0) stats1.errortime_q = $time;
            stats1.errors_q++;
        end
    end

    final begin
        if (stats1.errors_q) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "q", stats1.errors_q, stats1.errortime_q);
        else $display("Hint: Output '%s' has no mismatches.", "q");
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
