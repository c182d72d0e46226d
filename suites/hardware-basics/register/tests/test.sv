`timescale 1 ps/1 ps

// Reset with and without enable, holding, and a random run with resets between.
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

    logic reset;
    logic enable;
    logic [7:0] d;
    logic [7:0] q_ref;
    logic [7:0] q_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .enable(enable),
        .d(d),
        .q(q_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .enable(enable),
        .d(d),
        .q(q_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 81611;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        reset = 1; enable = 1; d = 8'h55;
        @(negedge clk);
        @(negedge clk) reset = 0; enable = 0; d = 8'haa;
        repeat (3) @(negedge clk) d = d + 1;
        enable = 1;
        repeat (3) @(negedge clk) d = ~d;
        // Lowered again before the rising edge: a synchronous reset does not see it.
        @(negedge clk) enable = 0; reset = 1;
        #3 reset = 0;
        @(negedge clk) reset = 1;
        @(negedge clk) reset = 0;
        repeat (1000) @(negedge clk) begin
            d = $random(seed);
            enable = pick(2);
            reset = pick(8) == 0;
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
